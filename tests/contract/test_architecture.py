"""docs/ARCHITECTURE.md describes events and promises correctly."""

import re

from tests.contract.test_named_tests import NAMED
from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

PAGE = (REPOSITORY / "docs" / "ARCHITECTURE.md").read_text()
FILE = re.compile(r"`([\w./-]+\.py)`")
BINDING = re.compile(r'\("(\w+_events)", "([a-z_.]+)"\)')


def rows(head: str) -> list[list[str]]:
    """The cells of the table that begins so, without its head."""
    _, _, table = PAGE.partition(f"| {head} |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_events_match_contracts() -> None:
    schemas = {file.stem for file in REPOSITORY.glob("contracts/events/*.json")}
    assert {event.strip("`") for event, *_ in rows("event")} == schemas


def test_consumer_is_bound_to_its_events() -> None:
    said = {
        (service, exchange.strip("`"), event.strip("`"))
        for event, exchange, _, listeners in rows("event")
        for service in listeners.split(", ")
        if service in SERVICE_PORTS
    }
    bound = {
        (service, *binding)
        for service in SERVICE_PORTS
        for file in REPOSITORY.glob(f"{service}/app/events/handlers.py")
        for binding in BINDING.findall(file.read_text())
    }
    assert said == bound


def test_every_promise_has_file_and_test() -> None:
    *promises, (_, _, _, all_of_it) = rows("promise")
    assert NAMED.search(all_of_it)
    for promise, _, file, test in promises:
        files = [REPOSITORY / name for name in FILE.findall(file)]
        assert files, promise
        assert [each for each in files if not each.is_file()] == []
        assert NAMED.search(test), promise
