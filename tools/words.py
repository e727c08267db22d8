#!/usr/bin/env python3
"""Counts words that are hard to read, in the files that git tracks.

`words.py` prints a table and exits with 1 if a count exceeds its limit. `--hits` also
prints the file and line of each hit.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# How often a word may occur in 10,000 lines.
LIMITS = {"told": 3, "nobody": 3, "any more": 3, "whoever": 1}
KINDS = {
    "Python": ("*.py",),
    "documents": ("*.md", "*.yml", "*.yaml", "*.sh", "*Makefile", ".ci/run"),
}


@dataclass(frozen=True)
class Hit:
    file: str
    line: int


@dataclass(frozen=True)
class Count:
    word: str
    allowed: int
    hits: list[Hit]

    @property
    def is_exceeded(self) -> bool:
        return len(self.hits) > self.allowed

    @property
    def folders(self) -> str:
        found = Counter(_top_folder(hit.file) for hit in self.hits)
        return ", ".join(f"{folder} {number}" for folder, number in found.most_common())


def counts(texts: dict[str, str]) -> list[Count]:
    """Counts each word of LIMITS in the texts, which are keyed by their files."""
    lines = sum(text.count("\n") for text in texts.values())
    return [
        Count(word, limit * lines // 10_000, list(_hits(word, texts)))
        for word, limit in LIMITS.items()
    ]


def _hits(word: str, texts: dict[str, str]) -> Iterator[Hit]:
    # A word in a name (`was_told`) counts, and so do two words on two lines.
    between = r"[\s#_]+".join(word.split())
    pattern = re.compile(rf"(?<![a-z]){between}(?![a-z])", re.IGNORECASE)
    for file, text in texts.items():
        for found in pattern.finditer(text):
            yield Hit(file, text.count("\n", 0, found.start()) + 1)


def _top_folder(file: str) -> str:
    folder, slash, _ = file.partition("/")
    return folder if slash else "."


def tracked(*patterns: str) -> dict[str, str]:
    listed = subprocess.run(  # noqa: S603 -- fixed arguments
        ["git", "ls-files", "-z", "--", *patterns, ":!*/generated/*"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    files = [Path(name) for name in listed.stdout.split("\0") if name]
    return {str(f): f.read_text(encoding="utf-8") for f in files if f.is_file()}


def main() -> int:
    exceeded = False
    for kind, patterns in KINDS.items():
        for count in counts(tracked(*patterns)):
            exceeded |= count.is_exceeded
            mark = "over" if count.is_exceeded else "ok"
            total = f"{len(count.hits):4} of {count.allowed:2}"
            print(f"{kind:10} {count.word:9}{total}  {mark:5} {count.folders}".rstrip())
            if "--hits" in sys.argv[1:]:
                print("".join(f"  {hit.file}:{hit.line}\n" for hit in count.hits))
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
