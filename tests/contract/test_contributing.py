"""The steps of CONTRIBUTING.md start from the code as it stands."""

import re
import subprocess

import pytest

from tools.local.layout import REPOSITORY

CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text()
# A file, and the change to it that follows.
CHANGE = re.compile(
    r"`([\w./-]+\.py)`(?:(?!```|`[\w./-]+\.py`).)*```diff\n(.*?)^ *```", re.S | re.M
)
CHANGES = CHANGE.findall(CONTRIBUTING)


def lines(diff: str, marks: str) -> list[str]:
    """Returns the lines with one of the marks; the diff is indented."""
    found = [line.removeprefix("   ") for line in diff.splitlines()]
    return [line[1:] for line in found if line[0] in marks]


def test_every_change_is_about_a_file() -> None:
    assert len(CHANGES) == CONTRIBUTING.count("```diff") > 0


@pytest.mark.parametrize(("file", "diff"), CHANGES)
def test_example_change_fits_the_code(file: str, diff: str) -> None:
    code = (REPOSITORY / file).read_text().splitlines()
    states = [lines(diff, " -"), lines(diff, " +")]
    assert any(set(state) <= set(code) for state in states)


def test_example_test_selection_is_not_empty() -> None:
    (command,) = re.findall(r"^cd order-service && .*-m pytest .*$", CONTRIBUTING, re.M)
    collected = subprocess.run(  # noqa: S603 - our own
        ["bash", "-c", f"{command} --collect-only"],  # noqa: S607
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
    )
    assert collected.returncode == 0, collected.stdout.decode()


def test_example_migration_follows_latest() -> None:
    (note,) = re.findall(r"`order-service/alembic/versions/(\w+\.py)`", CONTRIBUTING)
    versions = REPOSITORY / "order-service" / "alembic" / "versions"
    latest = max(file.name for file in versions.glob("*.py") if file.name != note)[:4]
    assert note == f"{int(latest) + 1:04}_note.py"
    assert f'revision = "{note[:4]}"\n   down_revision = "{latest}"' in CONTRIBUTING
