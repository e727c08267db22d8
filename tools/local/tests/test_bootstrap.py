"""bootstrap.sh chooses a Python, and refuses a folder in which nothing could run."""

import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY

PYTHON = Path(sys.executable).resolve()
LOCAL = Path("tools/local")


def bootstrap(
    folder: Path,
    environment: Mapping[str, str] = os.environ,
    requirements: str = "missing.txt",
) -> subprocess.CompletedProcess[str]:
    """Runs it in a copy, which has nothing to install unless it is put there."""
    (folder / LOCAL).mkdir(parents=True, exist_ok=True)
    for name in ("bootstrap.sh", "installed.py", "errors.py", "__init__.py"):
        shutil.copy(REPOSITORY / LOCAL / name, folder / LOCAL)
    return subprocess.run(  # noqa: S603 - our own
        [folder / LOCAL / "bootstrap.sh", requirements],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that bootstrap.sh has created, which takes four seconds."""
    folder = tmp_path_factory.mktemp("environment")
    bootstrap(folder)
    return folder / ".venv"


@pytest.fixture
def before(tmp_path: Path, environment: Path) -> Path:
    """A folder with such an environment."""
    folder = tmp_path / "before"
    shutil.copytree(environment, folder / ".venv", symlinks=True)
    return folder


@pytest.mark.parametrize("character", list("'\"$&%`\\;:*?<>|()#!{}[]"))
def test_folder_with_unusable_name_is_refused_at_once(
    tmp_path: Path, character: str
) -> None:
    folder = tmp_path / f"a{character}b"
    done = bootstrap(folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the folder {folder} has a character")
    assert not (folder / ".venv").exists()


def test_folder_with_usable_name_is_not_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a b ü-b_c.d+e@f,g=h~i"
    done = bootstrap(folder)
    assert "has a character" not in done.stderr
    assert (folder / ".venv").exists()


def test_moved_environment_is_kept(before: Path) -> None:
    after = before.rename(before.with_name("after"))
    assert "creating .venv" not in bootstrap(after).stdout


def test_moved_environment_with_old_path_is_created_again(before: Path) -> None:
    """As one does that an earlier release made."""
    settings = before / ".venv" / "pyvenv.cfg"
    settings.write_text(settings.read_text().replace("relocatable = true\n", ""))
    after = before.rename(before.with_name("after"))
    assert "creating .venv" in bootstrap(after).stdout


def test_scripts_and_chassis_move_with_the_environment(tmp_path: Path) -> None:
    """`make lint` and the services call programs of the environment by their path."""
    clone = tmp_path / "before"
    run = ["git", "clone", "--quiet", "--local", str(REPOSITORY), str(clone)]
    subprocess.run(run, check=True)  # noqa: S603 - our own
    subprocess.run(  # noqa: S603 - our own
        [clone / LOCAL / "bootstrap.sh", "tools/local/requirements.txt"], check=True
    )
    moved = clone.rename(tmp_path / "after it moved")
    for command in (
        [".venv/bin/alembic", "--version"],
        [".venv/bin/python", "-c", "import chassis"],
        ["tools/local/bootstrap.sh", "--to-look", "tools/local/requirements.txt"],
    ):
        done = subprocess.run(  # noqa: S603 - our own
            command, cwd=moved, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "installing" not in done.stdout


def test_libraries_are_compiled_when_they_are_installed(before: Path) -> None:
    """A service that compiles them at its start keeps 15 MiB more."""
    (before / LOCAL).mkdir(parents=True)
    shutil.copy(REPOSITORY / LOCAL / "installer.txt", before / LOCAL)
    requirements = before / "requirements.txt"
    requirements.write_text("structlog\n")
    done = bootstrap(before, requirements=requirements.name)
    assert done.returncode == 0, done.stderr
    (library,) = before.glob(".venv/lib/*/site-packages/structlog")
    compiled = {path.name.split(".")[0] for path in library.glob("__pycache__/*.pyc")}
    assert compiled == {path.stem for path in library.glob("*.py")}


def installed_from(index: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Installs from an index from which nothing can be installed."""
    (folder / LOCAL).mkdir(parents=True)
    for name in ("installer.txt", "requirements.txt"):
        shutil.copy(REPOSITORY / LOCAL / name, folder / LOCAL)
    settings = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": index,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    return bootstrap(folder, os.environ | settings, "tools/local/requirements.txt")


def test_unreachable_pypi_is_said_in_one_sentence(before: Path) -> None:
    done = installed_from("http://127.0.0.1:9/", before)
    assert done.returncode == 1
    assert "installing uv with pip" in done.stdout
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence.startswith("error: PyPI cannot be reached")


def test_untrusted_certificate_is_not_reported_as_unreachable(
    before: Path, untrusted_index: str
) -> None:
    done = installed_from(untrusted_index, before)
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence.startswith("error: the certificate of PyPI is not trusted")
    assert "set SSL_CERT_FILE and PIP_CERT" in sentence


@pytest.fixture
def untrusted_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server whose certificate is self-signed."""
    folder = tmp_path_factory.mktemp("server")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=pypi.example"
    run = [*make.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(run, check=True, capture_output=True)  # noqa: S603 - our own
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_environment_in_place_is_kept(before: Path) -> None:
    assert "creating .venv" not in bootstrap(before).stdout


@pytest.fixture
def without_python(tmp_path: Path) -> dict[str, str]:
    """An environment in which no Python is on the PATH."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in Path("/usr/bin").iterdir():
        if not program.name.startswith(("python", "apt-get")):
            (programs / program.name).symlink_to(program)
    return {"PATH": str(programs), "HOME": str(tmp_path)}


def origin(folder: Path) -> str:
    """Returns the Python that created the environment."""
    python = str(folder / ".venv" / "bin" / "python")
    show = [python, "-c", "import sys; print(sys.base_prefix)"]
    printed: str = subprocess.check_output(show, text=True)  # noqa: S603 - just made
    return printed.strip()


def test_named_python_is_used_without_path(
    tmp_path: Path, without_python: dict[str, str]
) -> None:
    bootstrap(tmp_path / "clone", without_python | {"PYTHON": str(PYTHON)})
    assert origin(tmp_path / "clone") == sys.base_prefix


def test_bootstrap_installs_debians_python_when_there_is_none(
    tmp_path: Path, without_python: dict[str, str]
) -> None:
    asked = tmp_path / "asked"
    for name in ("apt-get", "sudo"):
        program = Path(without_python["PATH"]) / name
        program.unlink(missing_ok=True)
        program.write_text(f'#!/bin/sh\necho "$@" >>{asked}\n')
        program.chmod(0o755)
    done = bootstrap(tmp_path / "clone", without_python)
    assert done.stdout.startswith("  installing python3 with apt")
    assert asked.read_text().endswith("DPkg::Lock::Timeout=300 python3\n")
    assert done.stderr.startswith("error: Python 3.11 or newer is needed")


def test_named_python_that_is_missing_is_an_error(tmp_path: Path) -> None:
    done = bootstrap(tmp_path, os.environ | {"PYTHON": "/nowhere/python3"})
    assert done.returncode == 1
    assert done.stderr.startswith("error: PYTHON=/nowhere/python3 is not a Python")


@pytest.mark.parametrize("change", ["gone", "upgraded"])
def test_environment_is_made_anew_when_its_python_changed(
    before: Path, change: str
) -> None:
    environment = before / ".venv"
    if change == "gone":
        (environment / "bin" / "python").unlink()
        (environment / "bin" / "python").symlink_to("/nowhere/python3")
    else:
        # Its packages are where the Python of before looked for them.
        (packages,) = environment.glob("lib/python*")
        packages.rename(packages.with_name("python3.10"))
    assert "creating .venv" in bootstrap(before).stdout
    assert origin(before) == sys.base_prefix
