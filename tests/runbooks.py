"""Reading the runbooks: what they name, and what they have one type."""

import re
from pathlib import Path

from local.layout import REPOSITORY

RUNBOOKS = REPOSITORY / "docs" / "runbooks"
KINDS = ("user", "product", "order", "notification")
BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
KIND = r"\b(log\s+event|metric|code|queue|table|column|setting|field)\s+"
NAMED = re.compile(rf"(?:{KIND})?`([^`\n]+)`", re.IGNORECASE)


def pages() -> list[Path]:
    """Those of single faults; not the index."""
    return sorted(set(RUNBOOKS.glob("*.md")) - {RUNBOOKS / "README.md"})


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text())


def commands(page: Path) -> list[str]:
    return [line for block in blocks(page) for line in block.splitlines()]


def spans_of(page: Path) -> list[tuple[str, str]]:
    """Each code span, after the word before it that says what it names, if any."""
    prose = FENCED.sub("", page.read_text())
    return [
        (" ".join(kind.lower().split()), name) for kind, name in NAMED.findall(prose)
    ]
