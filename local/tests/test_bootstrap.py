"""bootstrap.sh refuses a folder in which nothing could run, and says why."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.layout import REPOSITORY


def bootstrap(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs it in a copy that has nothing to install."""
    (folder / "local").mkdir(parents=True)
    for name in ("bootstrap.sh", "installed.py", "errors.py", "__init__.py"):
        shutil.copy(REPOSITORY / "local" / name, folder / "local")
    return subprocess.run(  # noqa: S603 - our own
        [folder / "local" / "bootstrap.sh", "missing.txt"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("character", list("'\"$&%`\\;:*?<>|()#!{}[]"))
def test_folder_with_unusable_name_is_refused_at_once(
    tmp_path: Path, character: str
) -> None:
    folder = tmp_path / f"a{character}b"
    done = bootstrap(folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the folder {folder} has a character")
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("name", ["a b", "ü", "a-b_c.d+e@f,g=h~i"])
def test_folder_with_usable_name_is_not_refused(tmp_path: Path, name: str) -> None:
    done = bootstrap(tmp_path / name)
    assert "has a character" not in done.stderr
    assert (tmp_path / name / ".venv").exists()


def test_moved_environment_is_made_anew(tmp_path: Path) -> None:
    bootstrap(tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / "after")
    shutil.rmtree(tmp_path / "after" / "local")
    done = bootstrap(tmp_path / "after")
    assert "creating .venv" in done.stdout
    pip = (tmp_path / "after" / ".venv" / "bin" / "pip").read_text()
    assert str(tmp_path / "after" / ".venv") in pip


def test_environment_in_place_is_kept(tmp_path: Path) -> None:
    bootstrap(tmp_path / "here")
    shutil.rmtree(tmp_path / "here" / "local")
    assert "creating .venv" not in bootstrap(tmp_path / "here").stdout
