"""The requests of docs/pannier.http are operations of the services and the gateway."""

import re

import pytest

from tests.api.operations import document
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

COLLECTION = (REPOSITORY / "docs" / "pannier.http").read_text()
REQUEST = re.compile(
    r"^(GET|POST|PUT|PATCH|DELETE) \{\{(\w+)\}\}(/[^\s?]*)", re.MULTILINE
)
ADDRESS = re.compile(r"^@(\w+) = http://localhost:(\d+)(\S*)$", re.MULTILINE)
SERVICES = {str(port): service for service, port in PORTS.items()}
# By their variables: whose address it is, and the beginning of its paths.
ADDRESSES = {
    name: (SERVICES[port], root) for name, port, root in ADDRESS.findall(COLLECTION)
}
REQUESTS = REQUEST.findall(COLLECTION)


def operations(service: str) -> set[tuple[str, str]]:
    return {
        (method.upper(), without_names(path))
        for path, methods in document(service)["paths"].items()
        for method in methods
    }


def without_names(path: str) -> str:
    return re.sub(r"\{+\w+\}+", "{}", path)


@pytest.mark.parametrize(("method", "address", "path"), REQUESTS)
def test_request_is_an_operation(method: str, address: str, path: str) -> None:
    service, root = ADDRESSES[address]
    assert (method, root + without_names(path)) in operations(service)


def test_every_request_is_read_with_its_variables() -> None:
    assert len(REQUESTS) == COLLECTION.count("\n### ")
    given = set(re.findall(r"^(?:@|# @name )(\w+)", COLLECTION, re.MULTILINE))
    assert set(re.findall(r"\{\{(\w+)", COLLECTION)) <= given


def test_every_address_is_used() -> None:
    assert {address for _, address, _ in REQUESTS} == ADDRESSES.keys()
