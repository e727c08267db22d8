"""Only the files of the build are read, each once."""

import base64
import hashlib
from pathlib import Path

import pytest

from app.storefront.build import read_build, read_obstacle
from tests.storefront import SCRIPT, START, THEME, write_build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_build(tmp_path / "build")


def files(folder: Path) -> set[str]:
    build = read_build(folder)
    assert build
    return set(build.files)


def test_files_have_paths_from_root(folder: Path) -> None:
    assert files(folder) == {SCRIPT, "/_app/version.json", "/icon.svg"}


def test_links_and_hidden_files_are_left_out(folder: Path, tmp_path: Path) -> None:
    before = files(folder)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "folder").symlink_to(tmp_path)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    assert files(folder) == before


def test_linked_compressed_form_is_left_out(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "icon.svg.gz").symlink_to(tmp_path / "secret.txt")
    build = read_build(folder)
    assert build
    assert set(build.files["/icon.svg"].forms) == {None}


def test_folder_without_shell_is_no_build(folder: Path, tmp_path: Path) -> None:
    assert read_build(tmp_path / "nowhere") is None
    shell = folder / "index.html"
    shell.rename(tmp_path / "moved.html")
    assert read_build(folder) is None
    shell.symlink_to(tmp_path / "moved.html")
    assert read_build(folder) is None


def test_policy_allows_scripts_of_shell_by_hash(folder: Path) -> None:
    build = read_build(folder)
    assert build
    policy = dict(build.shell.forms[None].headers)[b"content-security-policy"].decode()
    (scripts,) = [d for d in policy.split("; ") if d.startswith("script-src ")]
    assert scripts == f"script-src 'self' {sha256(THEME)} {sha256(START)}"
    assert "style-src 'self'" in policy


def sha256(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@pytest.mark.parametrize(("content", "reason"), [("No npm.\n", "No npm."), ("", None)])
def test_reason_of_missing_build_is_read(
    tmp_path: Path, content: str, reason: str | None
) -> None:
    assert read_obstacle(tmp_path) is None
    (tmp_path / ".obstacle").write_text(content)
    assert read_obstacle(tmp_path) == reason
