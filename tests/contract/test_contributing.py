"""The steps of CONTRIBUTING.md start from the code as it stands."""

import re

import pytest

from local.layout import REPOSITORY

CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text()
# A file, and the change to it that follows.
CHANGE = re.compile(
    r"`([\w./-]+\.py)`(?:(?!```|`[\w./-]+\.py`).)*```diff\n(.*?)^ *```", re.S | re.M
)


def before(diff: str) -> list[str]:
    """The lines that a change starts from; the diff is indented, as in a list."""
    lines = [line.removeprefix("   ") for line in diff.splitlines()]
    return [line[1:] for line in lines if line[0] in " -"]


CHANGES = [(file, before(diff)) for file, diff in CHANGE.findall(CONTRIBUTING)]


def test_every_change_is_about_a_file() -> None:
    assert len(CHANGES) == CONTRIBUTING.count("```diff") > 0


@pytest.mark.parametrize(("file", "lines"), CHANGES)
def test_what_a_change_starts_from_is_there(file: str, lines: list[str]) -> None:
    code = (REPOSITORY / file).read_text().splitlines()
    assert [line for line in lines if line not in code] == []


def test_the_migration_follows_the_latest_there_is() -> None:
    versions = REPOSITORY / "order-service" / "alembic" / "versions"
    latest = max(file.name for file in versions.glob("*.py"))[:4]
    assert f'down_revision = "{latest}"' in CONTRIBUTING
