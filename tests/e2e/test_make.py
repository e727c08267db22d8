"""What the Makefile offers, as one types it, where nothing else runs."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.layout import REPOSITORY
from local.platform import Platform
from local.processes import of_platform


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "root"
    yield root
    Platform(root, given={}).delete()


# Nothing answers at any of these.
FOREIGN_SHELL = {
    "PGSSLMODE": "require",
    "PGHOSTADDR": "192.0.2.1",
    "PGOPTIONS": "-c search_path=nowhere",
    "PGSERVICE": "nowhere",
    "PYTHONHOME": "/nowhere",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
}


def make(
    target: str,
    root: Path | None = None,
    where: Path = REPOSITORY,
    shell: dict[str, str] | None = None,
) -> str:
    environment = {**os.environ, "MODE": "local", **(shell or {})}
    if root is not None:
        environment["LOCAL_ROOT"] = str(root)
    return subprocess.run(  # noqa: S603 - our own
        ["make", target],  # noqa: S607
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_help_lists_what_can_be_made() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    described = re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)
    listed = re.findall(r"^  make (\S+) +\S", make("help"), re.MULTILINE)
    assert len(listed) > 20
    assert sorted(listed) == sorted(described)


def test_format_mends_what_is_badly_written(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run = ["git", "clone", "--quiet", str(REPOSITORY), str(copy)]
    subprocess.run(run, check=True)  # noqa: S603 - our own
    (copy / ".venv").symlink_to(REPOSITORY / ".venv")
    ugly = copy / "ugly.py"
    ugly.write_text("import sys, os\nprint( os.name,'a' )\n")

    make("format", where=copy)
    assert ugly.read_text() == 'import os\n\nprint(os.name, "a")\n'


@pytest.mark.parametrize("shell", [{}, FOREIGN_SHELL], ids=["plain", "foreign"])
def test_what_is_started_can_be_stopped_and_deleted(
    root: Path, shell: dict[str, str]
) -> None:
    make("stores", root, shell=shell)
    assert "TEST_POSTGRES_URL" in (root / "test" / "stores.env").read_text()
    assert list(of_platform(root / "test"))

    make("down", root, shell=shell)
    assert not list(of_platform(root / "test"))
    assert (root / "test").exists()

    make("clean", root, shell=shell)
    assert not root.exists()
