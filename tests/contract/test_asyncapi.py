"""contracts/asyncapi.json is consistent with itself and with the READMEs.

tests/contract/test_contracts.py compares it with the services.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

CONTRACTS = REPOSITORY / "contracts"
DOCUMENT: dict[str, Any] = json.loads((CONTRACTS / "asyncapi.json").read_text())
EVENT = re.compile(r"`(\w+\.\w+)`")


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def is_there(reference: str) -> bool:
    file, _, way = reference.partition("#")
    if file:
        return (CONTRACTS / file).exists()
    place: Any = DOCUMENT
    for step in way.strip("/").split("/"):
        place = place.get(step, {})
    return bool(place)


def events(service: str, action: str) -> set[str]:
    found: set[str] = set()
    for operation in DOCUMENT["operations"].values():
        if (operation["tags"], operation["action"]) == ([{"name": service}], action):
            channel = operation["channel"]["$ref"].removeprefix("#/channels/")
            found |= DOCUMENT["channels"][channel]["messages"].keys()
    return found


def test_references_of_asyncapi_document_exist() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > len(SERVICE_PORTS)
    assert [reference for reference in found if not is_there(reference)] == []


def test_consumed_event_is_published_to_its_exchange() -> None:
    described = "".join(c.get("description", "") for c in DOCUMENT["channels"].values())
    bound = re.findall(r"(\w+) by ([\w.]+\w)", described)
    consumed = set().union(*(events(service, "receive") for service in SERVICE_PORTS))
    assert {key for _, key in bound} == consumed
    assert {f"{exchange}.{key}" for exchange, key in bound} <= set(DOCUMENT["channels"])


@pytest.mark.parametrize("service", SERVICE_PORTS)
@pytest.mark.parametrize(
    ("row", "action"), [("Publishes", "send"), ("Consumes", "receive")]
)
def test_readme_names_published_and_consumed_events(
    service: str, row: str, action: str
) -> None:
    readme = (REPOSITORY / service / "README.md").read_text()
    (cell,) = re.findall(rf"^\| {row} \| (.*) \|$", readme, re.MULTILINE)
    assert set(EVENT.findall(cell)) == events(service, action)
