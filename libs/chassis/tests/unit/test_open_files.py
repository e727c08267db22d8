"""A server may have a file open for each of many connections."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from chassis._http.open_files import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_open_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def allowed(soft: int, hard: int) -> tuple[int, str]:
    """Returns the limit of a process that began with these, and what it printed."""
    program = PROGRAM.format(soft=soft, hard=hard)
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return int(done.stdout), done.stderr


def test_low_limit_of_open_files_is_raised() -> None:
    assert allowed(soft=256, hard=10_000) == (8_192, "")


def test_high_limit_of_open_files_is_kept() -> None:
    assert allowed(soft=9_000, hard=10_000) == (9_000, "")


@pytest.mark.parametrize("soft", [256, 1_000])
def test_limit_that_cannot_be_raised_is_reported(soft: int) -> None:
    limit, warning = allowed(soft=soft, hard=1_000)
    assert limit == 1_000
    assert warning.startswith("warning: only 1000 files may be open")
