"""The targets of the Makefile, on a platform of their own."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import PORTS
from tools.local.processes import of_platform


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


def test_help_lists_all_targets() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    described = re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)
    listed = re.findall(r"^  make (\S+) +\S", make("help"), re.MULTILINE)
    assert len(listed) > 20
    assert sorted(listed) == sorted(described)


def test_format_fixes_style(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run = ["git", "clone", "--quiet", str(REPOSITORY), str(copy)]
    subprocess.run(run, check=True)  # noqa: S603 - our own
    (copy / ".venv").symlink_to(REPOSITORY / ".venv")
    ugly = copy / "ugly.py"
    ugly.write_text("import sys, os\nprint( os.name,'a' )\n")

    make("format", where=copy)
    assert ugly.read_text() == 'import os\n\nprint(os.name, "a")\n'


@pytest.mark.parametrize("shell", [{}, FOREIGN_SHELL], ids=["plain", "foreign"])
def test_started_stores_can_be_stopped_and_deleted(
    root: Path, shell: dict[str, str]
) -> None:
    make("stores", root, shell=shell)
    assert "TEST_POSTGRES_URL" in (root / "test" / "stores.env").read_text()
    assert list(of_platform(root / "test"))

    assert "Stopped: the tests' stores.\n" in make("down", root, shell=shell)
    assert not list(of_platform(root / "test"))
    assert (root / "test").exists()
    assert "Stopped" not in make("down", root, shell=shell)

    make("clean", root, shell=shell)
    assert not root.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "up MODE=foo",
            "MODE must be local or docker, for example: make up MODE=local",
        ),
        (
            "trace MODE=foo",
            "MODE must be local or docker, for example: make up MODE=local",
        ),
        ("rescue", "NAME must be a free username, for example: make rescue NAME=ada"),
        (
            "restore",
            "FROM must be the folder of a backup, for example: make restore FROM=",
        ),
        ("sql SERVICE=shop", "for example: make sql SERVICE=order-service"),
        ("dev SERVICE=%", "for example: make dev SERVICE=order-service"),
        ("test-runbooks LOSE=no", "destroys all data of the running platform"),
    ],
)
@pytest.mark.parametrize("mode", ["local", "docker"])
def test_wrong_variable_is_explained_with_example(
    words: str, sentence: str, mode: str
) -> None:
    done = subprocess.run(  # noqa: S603 - our own
        ["make", *words.split()],  # noqa: S607
        cwd=REPOSITORY,
        env=os.environ | {"MODE": mode},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    first, _ = done.stderr.strip().splitlines()
    assert first.startswith("error: ")
    assert sentence in first
    assert done.stdout == ""


@pytest.mark.parametrize("service", PORTS)
@pytest.mark.parametrize(
    ("mode", "command"),
    [("local", "tools.local dev {}"), ("docker", "docker compose watch --no-up {} ")],
)
def test_each_service_can_be_developed(service: str, mode: str, command: str) -> None:
    shell = {"MODE": mode, "SERVICE": service, "MAKEFLAGS": "n"}
    assert command.format(service) in make("dev", shell=shell)


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    run = ["git", "clone", "--quiet", str(REPOSITORY), str(clone)]
    subprocess.run(run, check=True)  # noqa: S603 - our own
    return clone


def test_fresh_clone_installs_nothing_to_show_or_stop(fresh_clone: Path) -> None:
    assert make("down", where=fresh_clone).startswith("  Nothing to stop")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        make("status", where=fresh_clone)
    assert failed.value.stderr.startswith(
        "error: The platform is not running: `make up` starts it."
    )
    assert not (fresh_clone / ".venv").exists()
