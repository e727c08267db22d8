"""A test or a script runs every documented command."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import TESTED, is_known
from tests.contract.test_named_tests import is_there
from tests.documents import blocks, documents, named, spans
from tests.runbook_commands import OF_THE_OTHER_MODE
from tests.runbook_commands import commands as typed
from tests.runbooks import CURED, RUNBOOKS, checks, repairs
from tools.local.layout import REPOSITORY

COMMAND = re.compile(r"(\w+=\S+ )*make |docker compose |\./[\w/.-]+\.sh")
LISTED = re.compile(r"^([a-z-]+):.* ## ", re.MULTILINE)


def commands(document: Path) -> Iterator[str]:
    """Returns every line of code blocks, and the commands in the text."""
    is_runbook = document.parent == RUNBOOKS
    for block in blocks(document):
        if is_runbook or not block.is_walked:
            yield from block.lines
    yield from (span for span in spans(document) if COMMAND.match(span))


def run_in_runbooks() -> set[str]:
    cures = [c for p in CURED for mode in OF_THE_OTHER_MODE for c in typed(p, mode)]
    return {*checks(), *repairs(), *cures}


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_documented_command_is_run(document: Path) -> None:
    run = run_in_runbooks() if document.parent == RUNBOOKS else set()
    found = [c for c in commands(document) if c not in run and not is_known(c)]
    assert found == [], "say in tests/commands.py which test runs it"


@pytest.mark.parametrize("where", TESTED.values(), ids=TESTED)
def test_named_runner_of_command_exists(where: str) -> None:
    file, _, part = where.partition("::")
    if file.endswith(".py"):
        assert is_there(REPOSITORY / file, part)
    else:
        lines = (REPOSITORY / file).read_text().splitlines()
        assert part in [line.strip() for line in lines]


def test_every_make_target_is_run() -> None:
    targets = LISTED.findall((REPOSITORY / "Makefile").read_text())
    assert len(targets) > 20
    assert [target for target in targets if not is_known(f"make {target}")] == []


@pytest.mark.parametrize(
    "command", ["make nonsense", "make demo nonsense", "./test-nothing.sh", "rm -rf ."]
)
def test_command_that_nothing_runs_is_found(command: str) -> None:
    assert not is_known(command)
