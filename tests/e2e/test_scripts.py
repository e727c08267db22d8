"""The scripts that ask a running platform what it can do find that it can."""

import subprocess
from pathlib import Path

import pytest

from local.layout import REPOSITORY
from tests.shop import Shop

SCRIPTS = [
    pytest.param("test-complete", marks=pytest.mark.slow),
    "test-api",
    "verify-docs",
]


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_script_finds_nothing_wrong(
    script: str, shop: Shop, command_line: dict[str, str], tmp_path: Path
) -> None:
    run = subprocess.run(  # noqa: S603, ASYNC221 - our own, and nothing else is to run
        [REPOSITORY / f"{script}.sh"],
        cwd=tmp_path,
        env=command_line,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    skipped = [line for line in run.stdout.splitlines() if line.startswith("  skip")]
    # The mail of a platform of the tests' own is not where the scripts look.
    assert all("mail" in line for line in skipped), skipped
