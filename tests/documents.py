"""Reading the documents: the commands that they ask one to type, and their answers."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tools.local.layout import REPOSITORY

FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(
    r"^ *```(?:sh|bash)\n(?P<commands>.*?)^ *```$"
    r"(?:\n+ *```json\n(?P<shown>.*?)^ *```$)?",
    re.MULTILINE | re.DOTALL,
)
DOOR = re.compile(r"http://localhost:(800[1-4]|9000)|\$API/")
# A block that starts or stops something does nothing else.
STARTS = re.compile(r"(?:^|[;&|] *)(?:make|docker|kill)\b", re.MULTILINE)
CHANGES = re.compile(r" (-X|-d|--json|--data\S*) ")


@dataclass(frozen=True)
class Block:
    commands: str
    shown: str | None
    """The JSON block that follows, if any."""

    @property
    def is_walked(self) -> bool:
        """Returns whether it uses a running platform or has an expected answer."""
        asks = self.shown is not None or DOOR.search("\n".join(self.lines))
        return bool(asks) and not STARTS.search(self.commands)

    @property
    def only_asks(self) -> bool:
        """Returns whether a repetition has no further effect."""
        return not CHANGES.search(self.commands)

    @property
    def lines(self) -> list[str]:
        """One command each, without comments."""
        whole = self.commands.replace("\\\n", "").splitlines()
        bare = (re.sub(r"(^|\s+)#\s.*$", "", line).strip() for line in whole)
        return [" ".join(line.split()) for line in bare if line]


def documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.md"],  # noqa: S607
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [REPOSITORY / name for name in listed.stdout.splitlines()]


def named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def blocks(document: Path) -> Iterator[Block]:
    return blocks_in(document.read_text())


def blocks_in(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        shown = found["shown"]
        yield Block(dedent(found["commands"]), shown and dedent(shown))


def spans(document: Path) -> list[str]:
    return SPAN.findall(FENCE.sub("", document.read_text()))
