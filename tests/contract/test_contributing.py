"""The steps of CONTRIBUTING.md start from the code as it stands."""

import re
from collections.abc import Iterator

import pytest

from local.layout import REPOSITORY

CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text()
# A file, and the change to it that follows.
CHANGE = re.compile(
    r"`([\w./-]+\.py)`(?:(?!```|`[\w./-]+\.py`).)*```diff\n(.*?)^ *```", re.S | re.M
)


def changes() -> Iterator[tuple[str, list[str]]]:
    for file, diff in CHANGE.findall(CONTRIBUTING):
        # In a list, hence indented.
        lines = [line.removeprefix("   ") for line in diff.splitlines()]
        yield file, [line[1:] for line in lines if line[0] in " -"]


def test_every_change_is_about_a_file() -> None:
    assert len(list(changes())) == CONTRIBUTING.count("```diff") > 0


@pytest.mark.parametrize(("file", "lines"), changes())
def test_what_a_change_starts_from_is_there(file: str, lines: list[str]) -> None:
    code = (REPOSITORY / file).read_text().splitlines()
    assert [line for line in lines if line not in code] == []
