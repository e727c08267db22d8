"""The requests of docs/pannier.http are operations of the services."""

import json
import re

import pytest

from tools.local.layout import REPOSITORY

COLLECTION = (REPOSITORY / "docs" / "pannier.http").read_text()
REQUEST = re.compile(
    r"^(GET|POST|PUT|PATCH|DELETE) \{\{(\w+)s\}\}(/[^\s?]*)", re.MULTILINE
)
REQUESTS = REQUEST.findall(COLLECTION)


def operations(kind: str) -> set[tuple[str, str]]:
    file = REPOSITORY / "contracts" / "openapi" / f"{kind}-service.json"
    paths = json.loads(file.read_text())["paths"]
    return {
        (method.upper(), without_names(path))
        for path, methods in paths.items()
        for method in methods
    }


def without_names(path: str) -> str:
    return re.sub(r"\{+\w+\}+", "{}", path)


@pytest.mark.parametrize(("method", "kind", "path"), REQUESTS)
def test_request_is_an_operation(method: str, kind: str, path: str) -> None:
    assert (method, without_names(path)) in operations(kind)


def test_every_request_is_read_with_its_variables() -> None:
    assert len(REQUESTS) == COLLECTION.count("\n### ")
    given = set(re.findall(r"^(?:@|# @name )(\w+)", COLLECTION, re.MULTILINE))
    assert set(re.findall(r"\{\{(\w+)", COLLECTION)) <= given
