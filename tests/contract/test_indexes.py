"""Each page is in the index of its folder."""

import re
from pathlib import Path

import pytest

from tests.documents import documents, named
from tools.local.layout import REPOSITORY

DOCS = REPOSITORY / "docs"
ADR = DOCS / "adr"
LINK = re.compile(r"\]\(([^)\s#]+)")
ROW = re.compile(r"^\| (\d+) \| \[(.+)\]\((\d{4}-[a-z-]+\.md)\) \|$", re.MULTILINE)


def records() -> list[Path]:
    return sorted(ADR.glob("[0-9]*.md"))


def test_every_decision_is_in_index_in_order() -> None:
    rows = ROW.findall((ADR / "README.md").read_text())
    assert [file for _, _, file in rows] == [record.name for record in records()]
    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("record", records(), ids=lambda record: record.name)
def test_decision_has_number_and_title_of_its_row(record: Path) -> None:
    rows = {row[2]: row for row in ROW.findall((ADR / "README.md").read_text())}
    number, title, file = rows[record.name]
    assert record.read_text().startswith(f"# {number}. {title}\n\nAccepted, ")
    assert file.startswith(f"{int(number):04}-")


@pytest.mark.parametrize(
    "document",
    [document for document in documents() if document.is_relative_to(DOCS)],
    ids=named,
)
def test_document_is_in_index_of_its_folder(
    document: Path,
) -> None:
    index = document.parent / "README.md"
    if document == index:
        index = DOCS / "README.md"
    links = LINK.findall(index.read_text())
    assert document == index or document in {
        (index.parent / link).resolve() for link in links
    }
