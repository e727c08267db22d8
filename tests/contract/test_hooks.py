"""The Makefile alone defines what git checks before a commit or a push."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tools.local.layout import REPOSITORY

AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
HOOKS = REPOSITORY / ".pre-commit-config.yaml"


def test_make_hooks_installs_every_hook(tmp_path: Path) -> None:
    shutil.copy(HOOKS, tmp_path)
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, str(Path(sys.executable).parent / "pre-commit"), "install")
    installed = {path.name for path in (tmp_path / ".git" / "hooks").iterdir()}
    assert {"pre-commit", "commit-msg", "pre-push"} <= installed


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


def test_hooks_work_after_folder_was_moved(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    for name in ("Makefile", ".pre-commit-config.yaml", ".githooks"):
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        copy(REPOSITORY / name, before / name)
    (before / ".venv").symlink_to(REPOSITORY / ".venv")
    run(before, "git", "init", "--quiet")
    # The environment that `tools` would install is there.
    run(before, "make", "--assume-old=tools", "hooks")
    for name in ("pre-commit", "commit-msg", "pre-push"):
        assert str(REPOSITORY) not in (before / ".git/hooks" / name).read_text()
    before.rename(after)
    commit = ["git", *AUTHOR, "commit", "--allow-empty", "--message=lower case"]
    refused = subprocess.run(  # noqa: S603 - our own words
        commit, cwd=after, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "error: the subject must begin with a capital letter" in refused.stderr


def test_every_check_of_files_is_a_make_target() -> None:
    [repository] = yaml.safe_load(HOOKS.read_text())["repos"]
    *checks, _message = repository["hooks"]
    entries = [hook["entry"].split() for hook in checks]
    assert {command for command, _ in entries} == {"make"}
    makefile = (REPOSITORY / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for _, target in entries)
