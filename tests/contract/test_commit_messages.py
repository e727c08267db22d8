"""The commit-msg hook accepts good messages and names what is wrong with others."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY

HOOK = REPOSITORY / ".githooks" / "commit_msg.py"
BODY = "\n\nA stolen token stayed valid until midnight.\n"


def check(folder: Path, message: str) -> tuple[int, str]:
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message)
    done = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, HOOK, file], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "message",
    [
        f"Reject expired tokens{BODY}",
        f"{'Reject expired tokens ':r<72}{BODY}",
        f"Deprecate GET /orders/user/7 and /.well-known/jwks.json{BODY}",
        f"Speak HTTP/1.1 with clients of version 1.0{BODY}",
        f"Ärgere niemanden mehr{BODY}",
        f"\n# a comment\n\nReject expired tokens{BODY}# On branch main\n",
        f"Reject expired tokens{BODY}\nSigned-off-by: Ada <ada@example.com>\n",
        f"Reject expired tokens{BODY}# ---- >8 ----\ndiff --git a/x b/x",
        'Revert "Reject expired tokens"\n\nThis reverts commit 6e2b894.\n',
        "fixup! Reject expired tokens\n",
    ],
)
def test_good_message_is_accepted(message: str, tmp_path: Path) -> None:
    assert check(tmp_path, message) == (0, "")


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (f"{'Reject expired tokens ':r<73}{BODY}", "73 characters"),
        (f"Reject expired tokens.{BODY}", "period"),
        (f"reject expired tokens{BODY}", "capital"),
        (f"Lint{BODY}", "sentence"),
        (f"Merge branch 'main' of /tmp/clone{BODY}", "rebase"),
        (f"Merge remote-tracking branch 'origin/main'{BODY}", "rebase"),
        (f"Merge pull request #7 from ada/tokens{BODY}", "rebase"),
        (f"Correct docs/adr/0005-tokens.md{BODY}", "file"),
        (f".github/workflows/ci.yml: more time{BODY}", "file"),
        (f"Take main from /home/ada{BODY}", "file"),
        (f"Reject expired tokens\nat once{BODY}", "second line"),
        ("Reject expired tokens\n", "why"),
        ("Reject expired tokens\n\n# only a comment\n", "why"),
        ("Reject expired tokens\n\nSigned-off-by: Ada <ada@example.com>\n", "why"),
        ("", "capital"),
    ],
)
def test_bad_message_is_rejected(message: str, problem: str, tmp_path: Path) -> None:
    status, said = check(tmp_path, message)
    assert status == 1
    assert problem in said


def test_git_refuses_commit_with_bad_message(tmp_path: Path) -> None:
    def run(*command: str) -> int:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)  # noqa: S603
        return done.returncode

    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    commit = ("git", *author, "commit", "--quiet", "--allow-empty", "--message")
    shutil.copy(REPOSITORY / ".pre-commit-config.yaml", tmp_path)
    shutil.copytree(HOOK.parent, tmp_path / HOOK.parent.name)
    run("git", "init", "--quiet")
    run("git", "add", ".pre-commit-config.yaml")
    pre_commit = str(Path(sys.executable).parent / "pre-commit")
    assert run(pre_commit, "install", "--hook-type", "commit-msg") == 0
    assert run(*commit, "Lint") != 0
    assert run(*commit, "Reject expired tokens", "--message", "They stayed.") == 0
