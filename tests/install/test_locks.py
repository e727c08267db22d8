"""Locks install what they name, whatever has been released since they were made."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from contracts.export import PLACEHOLDERS
from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

LOCKS = sorted(
    str(path.relative_to(REPOSITORY))
    for pattern in ("*requirements*.txt", "*/requirements.txt", "*/*/requirements.txt")
    for path in REPOSITORY.glob(pattern)
)
SMALL = "order-service/requirements.txt"
INSTALLER = "tools/local/installer.txt"
UV = Path(sys.executable).parent / "uv"
# The oldest that came with a Python which is supported; later ones bring a newer pip.
OLDEST_PIP = "pip==22.3" if sys.version_info < (3, 12) else "pip"
PYTHONS = ("3.11.0", "3.11.2", "3.12", "3.13", "3.14")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
TAKEN = re.compile(r"^ \+ (\S+)==(\S+)$", re.MULTILINE)
FUTURE = "99999.0"
CREATE_APP = "from app.main import create_app; create_app()"
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def installed_pythons() -> list[Path]:
    """Returns the Pythons of this machine, including Debian's."""
    names = ("/usr/bin/python3", *(f"python3.{minor}" for minor in range(11, 15)))
    found = {Path(path).resolve() for name in names if (path := shutil.which(name))}
    return sorted(python for python in found if _starts(python))


def _starts(python: Path) -> bool:
    # One that pyenv has not been switched to only says so.
    run = subprocess.run([python, "-c", ""], capture_output=True, check=False)  # noqa: S603 - found by name
    return run.returncode == 0


def named(releases: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(canonicalize_name(name), version) for name, version in releases}


def pins(lock: str) -> set[tuple[str, str]]:
    return named(PIN.findall((REPOSITORY / lock).read_text()))


def run(*command: str | Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


@pytest.fixture(scope="module")
def newer_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a newer release of everything that any lock names."""
    folder = tmp_path_factory.mktemp("newer")
    for name in {name for lock in LOCKS for name, _ in pins(lock)}:
        distribution = f"{re.sub('[.-]+', '_', name)}-{FUTURE}"
        with zipfile.ZipFile(folder / f"{distribution}-py3-none-any.whl", "w") as wheel:
            metadata = METADATA.format(name=name, version=FUTURE)
            wheel.writestr(f"{distribution}.dist-info/METADATA", metadata)
            wheel.writestr(f"{distribution}.dist-info/RECORD", "")
            wheel.writestr(
                f"{distribution}.dist-info/WHEEL",
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
    return folder


@pytest.fixture(autouse=True)
def offer_newer_releases(newer_releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets pip and uv find the newer releases beside those of PyPI."""
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(name, str(newer_releases))


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which there is only an old pip."""
    folder = tmp_path_factory.mktemp("old-pip")
    python = folder / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    run(UV, "pip", "install", "--quiet", "--python", python, OLDEST_PIP)
    return python


def test_every_lock_is_found() -> None:
    assert SMALL in LOCKS
    assert len(LOCKS) == 9


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", [*LOCKS, INSTALLER])
def test_uv_takes_only_what_lock_names(lock: str, python: str, tmp_path: Path) -> None:
    printed = run(
        UV,
        *("pip", "install", "--dry-run", "--require-hashes", "--only-binary=:all:"),
        *("--python-version", python, "--target", tmp_path / "nothing"),
        *("--requirement", lock),
    )
    taken = named(TAKEN.findall(printed))
    assert taken
    assert taken <= pins(lock)


def install_with_pip(python: Path, lock: str, report: Path, *words: str) -> None:
    """Installs the lock, and checks that pip takes nothing else."""
    command = ("-m", "pip", "install", "--quiet", "--require-hashes")
    run(python, *command, *words, "--report", report, "--requirement", lock)
    found = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    taken = named((item["name"], item["version"]) for item in found)
    assert taken
    assert taken <= pins(lock)


@pytest.mark.slow
@pytest.mark.parametrize("lock", [lock for lock in LOCKS if lock != SMALL])
def test_oldest_pip_takes_only_what_lock_names(
    lock: str, pip: Path, tmp_path: Path
) -> None:
    install_with_pip(pip, lock, tmp_path / "report.json", "--dry-run")


def test_oldest_pip_installs_lock(pip: Path, tmp_path: Path) -> None:
    install_with_pip(pip, SMALL, tmp_path / "report.json", "--no-compile")
    run(pip, "-m", "pip", "check")
    run(pip, "-c", "import fastapi, psycopg, sqlalchemy.ext.asyncio")


@pytest.mark.parametrize("interpreter", installed_pythons(), ids=str)
def test_services_can_be_imported_by_every_installed_python(
    interpreter: Path, tmp_path: Path
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", interpreter, tmp_path / "venv")
    run(
        *(UV, "pip", "install", "--quiet", "--require-hashes", "--python", python),
        *("--requirement", "tools/local/requirements.txt"),
    )
    for service in SERVICE_PORTS:
        subprocess.run(  # noqa: S603 - our own
            [python, "-c", CREATE_APP],
            cwd=REPOSITORY / service,
            env=PLACEHOLDERS | {"PYTHONPATH": str(REPOSITORY / "libs" / "chassis")},
            check=True,
        )
