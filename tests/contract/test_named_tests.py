"""The tests that documents name exist."""

import re
from pathlib import Path

import pytest

from tests.documents import documents, named
from tools.local.layout import REPOSITORY

SECURITY = REPOSITORY / "docs" / "SECURITY.md"
NAMED = re.compile(r"`([\w./-]+\.py)::(\w+)`")
RISKS = [f"API{number}" for number in range(1, 11)]


def rows() -> list[str]:
    """The rows of the table of risks, without its head."""
    _, _, table = SECURITY.read_text().partition("| risk |")
    lines = table.partition("\n\n")[0].splitlines()
    return lines[2:]


@pytest.mark.parametrize("document", documents(), ids=named)
def test_named_test_exists(document: Path) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in NAMED.findall(document.read_text())
        if not is_there(REPOSITORY / file, name)
    ]
    assert missing == []


def is_there(file: Path, test: str) -> bool:
    return file.exists() and f"def {test}(" in file.read_text()


def test_every_risk_has_row_and_test() -> None:
    risks = [cell for row in rows() if (cell := row.split("|")[1].split())]
    assert [risk[0] for risk in risks] == RISKS
    assert [row for row in rows() if not NAMED.search(row)] == []
