"""What git runs before a commit or a push is defined by the Makefile alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from local.layout import REPOSITORY

HOOKS = REPOSITORY / ".pre-commit-config.yaml"


def test_git_is_told_to_run_them_before_a_commit_and_a_push(tmp_path: Path) -> None:
    shutil.copy(HOOKS, tmp_path)
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, str(Path(sys.executable).parent / "pre-commit"), "install")
    installed = {path.name for path in (tmp_path / ".git" / "hooks").iterdir()}
    assert {"pre-commit", "pre-push"} <= installed


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


def test_each_is_a_target_of_the_makefile() -> None:
    [repository] = yaml.safe_load(HOOKS.read_text())["repos"]
    entries = [hook["entry"].split() for hook in repository["hooks"]]
    assert {command for command, _ in entries} == {"make"}
    makefile = (REPOSITORY / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for _, target in entries)
