"""The Makefile alone defines what git checks before a commit or a push."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tools.local.layout import REPOSITORY

HOOKS = REPOSITORY / ".pre-commit-config.yaml"


def test_make_hooks_installs_every_hook(tmp_path: Path) -> None:
    shutil.copy(HOOKS, tmp_path)
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, str(Path(sys.executable).parent / "pre-commit"), "install")
    installed = {path.name for path in (tmp_path / ".git" / "hooks").iterdir()}
    assert {"pre-commit", "commit-msg", "pre-push"} <= installed


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


def test_every_check_of_files_is_a_make_target() -> None:
    [repository] = yaml.safe_load(HOOKS.read_text())["repos"]
    *checks, _message = repository["hooks"]
    entries = [hook["entry"].split() for hook in checks]
    assert {command for command, _ in entries} == {"make"}
    makefile = (REPOSITORY / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for _, target in entries)
