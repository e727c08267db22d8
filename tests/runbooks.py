"""The names that runbooks use, and the commands that they tell a person to type."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.commands import is_known
from tests.documents import FENCE, blocks_in
from tools.local.layout import REPOSITORY

RUNBOOKS = REPOSITORY / "docs" / "runbooks"
KINDS = ("user", "product", "order", "notification")
KIND = r"\b(log\s+event|metric|code|queue|table|column|setting|field)\s+"
NAMED = re.compile(rf"(?:{KIND})?`([^`\n]+)`", re.IGNORECASE)

CHECK = "What do I check first?"
FIX = "What do I do?"
# `make test-runbooks` runs these pages as a whole, because they stop a part of the
# platform. What one page leaves behind does not affect the next.
CURED = (
    "database-down",
    "queue-refused",
    "broker-lost",
    "signing-keys",
    "secrets",
    "secrets-lost",
    "administrator",
    "restore",
)
# These need a dead letter, a backup, or containers.
NOT_ON_A_HEALTHY_PLATFORM = re.compile(r"\$EVENT_ID\b|backups/|^docker ")


def pages() -> list[Path]:
    """Returns the pages of single faults, without the index."""
    return sorted(set(RUNBOOKS.glob("*.md")) - {RUNBOOKS / "README.md"})


def checks() -> list[str]:
    """Returns the commands that change nothing, each once."""
    return sorted({command for page in pages() for command in _commands(page, CHECK)})


def repairs() -> list[str]:
    """Returns the repairs that no other test makes, in the order of the pages."""
    tried = [c for p in pages() if p.stem not in CURED for c in _commands(p, FIX)]
    return list(dict.fromkeys(c for c in tried if not is_known(c)))


def _commands(page: Path, question: str) -> Iterator[str]:
    _, _, after = page.read_text().partition(f"## {question}\n")
    for block in blocks_in(after.partition("\n## ")[0]):
        yield from (c for c in block.lines if not NOT_ON_A_HEALTHY_PLATFORM.search(c))


def spans_of(page: Path) -> list[tuple[str, str]]:
    """Returns each code span, after the word before it that gives its kind, if any."""
    prose = FENCE.sub("", page.read_text())
    return [
        (" ".join(kind.lower().split()), name) for kind, name in NAMED.findall(prose)
    ]
