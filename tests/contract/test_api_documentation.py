"""docs/API_DOCUMENTATION.md has every call of every service, and no other.

That its commands work is for tests/e2e/test_walkthroughs.py.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.api.operations import Operation, operations
from tests.contract.test_documents import codes
from tests.documents import blocks
from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

DOCUMENT = REPOSITORY / "docs" / "API_DOCUMENTATION.md"
SERVICES = {str(port): service for service, port in SERVICE_PORTS.items()}
CURL = re.compile(r"\bcurl .*?(?=\bcurl |\Z)", re.DOTALL)
# An address that is wholly from an answer, or one of the gateway, is of a call that is
# there already.
ADDRESS = re.compile(r"http://localhost:(\d{4})(/[^\s\"'?]*)")
METHOD = re.compile(r" -X ([A-Z]+)")
SENDS = re.compile(r" (--json|--data\S*|-d) ")
ROW = re.compile(
    r"^\| `([A-Z]+ /\S*)` \| ([^|]+) \| ([^|]*) \| ([^|]*)\|$", re.MULTILINE
)
SECTION = re.compile(
    r"^## [^\n]*port (\d{4})$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
ERRORS = re.compile(r"(\d{3})((?:,? `[a-z_]+`)+)")

Error = tuple[int, str]


@cache
def promised() -> list[Operation]:
    """Without what tells of the service itself, which all have."""
    return [
        operation
        for operation in operations()
        if operation.path != "/" and not operation.path.startswith("/health")
    ]


def name(operation: Operation) -> str:
    return f"{operation.service}: {operation}"


def curls() -> Iterator[str]:
    for block in blocks(DOCUMENT):
        for command in CURL.findall(block.commands.replace("\\\n", " ")):
            method = METHOD.search(command)
            default = "POST" if SENDS.search(command) else "GET"
            for port, path in ADDRESS.findall(command):
                if port in SERVICES:
                    verb = method[1] if method else default
                    yield called(SERVICES[port], verb, path)


def called(service: str, method: str, path: str) -> str:
    """The operation, by name, or what there is none for."""
    fitting = [
        operation
        for operation in promised()
        if (operation.service, operation.method) == (service, method)
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), path)
    ]
    literal_first = sorted(fitting, key=lambda operation: operation.path.count("{"))
    return name(literal_first[0]) if fitting else f"{service}: {method} {path}"


def errors_in(text: str) -> set[Error]:
    return {
        (int(status), code)
        for status, listed in ERRORS.findall(text)
        for code in re.findall(r"\w+", listed)
    }


class Row(NamedTuple):
    deprecated: bool
    answers: set[int]
    errors: set[Error]


def rows() -> dict[str, Row]:
    return {
        f"{SERVICES[port]}: {call}": Row(
            deprecated="deprecated" in callers,
            answers={int(status) for status in answers.split(",")},
            errors=errors_in(errors),
        )
        for port, section in SECTION.findall(DOCUMENT.read_text())
        for call, callers, answers, errors in ROW.findall(section)
    }


def declared(operation: Operation) -> set[Error]:
    return {
        (int(status), code)
        for status, answer in operation.description["responses"].items()
        if int(status) >= 400
        for code in answer["description"].split(", ")
    }


def test_operations_and_their_commands_match() -> None:
    assert sorted(set(curls())) == sorted(name(operation) for operation in promised())


def test_operations_and_their_rows_match() -> None:
    assert sorted(rows()) == sorted(name(operation) for operation in promised())


@pytest.mark.parametrize("operation", promised(), ids=name)
def test_row_lists_answers_and_errors_of_its_operation(
    operation: Operation,
) -> None:
    deprecated, answers, errors = rows()[name(operation)]
    anywhere = errors_in(DOCUMENT.read_text().partition("\n### Lists")[0])
    assert deprecated == operation.description.get("deprecated", False)
    assert answers == {status for status in operation.statuses if status < 400}
    assert declared(operation) - anywhere <= errors
    assert {status for status, _ in errors} <= operation.statuses
    assert {code for _, code in errors} <= set(codes())
