"""The check of words counts each word and fails if a count exceeds its limit."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY
from tools.words import Count, Hit, counts

TEN_THOUSAND_LINES = "x = 1\n" * 10_000


def count_of(word: str, texts: dict[str, str]) -> Count:
    (found,) = [count for count in counts(texts) if count.word == word]
    return found


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("told", "as we Told the user"),
        ("told", "was_told = True"),
        ("nobody", "for nobody, indeed"),
        ("any more", "    # it does not count any\n    # more\n"),
        ("whoever", "WHOEVER comes"),
    ],
)
def test_word_is_counted_in_text_and_names(word: str, text: str) -> None:
    assert count_of(word, {"a.py": f"\n{text}"}).hits == [Hit("a.py", 2)]


@pytest.mark.parametrize(
    ("word", "text"), [("told", "untold stories, retold"), ("any more", "many more")]
)
def test_part_of_longer_word_is_not_counted(word: str, text: str) -> None:
    assert count_of(word, {"a.py": text}).hits == []


@pytest.mark.parametrize(("word", "limit"), [("told", 3), ("whoever", 1)])
def test_limit_follows_number_of_lines(word: str, limit: int) -> None:
    texts = {"a/b.py": TEN_THOUSAND_LINES, "c.py": f"{word}\n" * limit}
    assert not count_of(word, texts).is_exceeded
    texts["d.py"] = f"{word}\n"
    assert count_of(word, texts).is_exceeded
    assert count_of(word, texts).folders == f". {limit + 1}"


def test_only_tracked_files_are_counted_and_shown(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text("told = 1\n")
    (tmp_path / "README.md").write_text("Pannier\n\nWhoever comes is told.\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)  # noqa: S607
    subprocess.run(["git", "add", "README.md"], cwd=tmp_path, check=True)  # noqa: S607
    done = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, REPOSITORY / "tools" / "words.py", "--hits"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.count("README.md:3") == 2
    assert "new.py" not in done.stdout
