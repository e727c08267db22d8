"""Reading the runbooks: what they name, and the commands that they ask one to type."""

import re
from pathlib import Path

from local.layout import REPOSITORY
from tests.documents import FENCE, blocks

RUNBOOKS = REPOSITORY / "docs" / "runbooks"
KINDS = ("user", "product", "order", "notification")
KIND = r"\b(log\s+event|metric|code|queue|table|column|setting|field)\s+"
NAMED = re.compile(rf"(?:{KIND})?`([^`\n]+)`", re.IGNORECASE)
LOOKS = re.compile(
    r"curl |for port in .* curl |make (status|dlq)$|make sql .*QUERY=\"SELECT"
    r"|logs |broker .*(alarms|list_)|python3 "
)
# What a platform that is well takes without harm.
REPAIRS = re.compile(
    r"curl .*/resend|restart_hung |broker rabbitmqctl set_disk"
    r"|(for .*; do )?make sql .*QUERY=\"(DELETE|UPDATE|SELECT pg_terminate_backend)"
    r"|NEW=|.*\$NEW\.new|df "
)
# What is about one thing in particular, or about containers.
BEYOND = re.compile(r"curl .*-X |\$(ID|EVENT_ID|PID)\b|docker ")


def pages() -> list[Path]:
    """Those of single faults; not the index."""
    return sorted(set(RUNBOOKS.glob("*.md")) - {RUNBOOKS / "README.md"})


def lines() -> list[str]:
    read = [*pages(), RUNBOOKS / "README.md"]
    return [line for page in read for block in blocks(page) for line in block.lines]


def looks() -> list[str]:
    """The commands that change nothing, each once."""
    return sorted({c for c in lines() if LOOKS.match(c) and not BEYOND.search(c)})


def repairs() -> list[str]:
    """The commands that may be tried, each once, in the order of the pages."""
    tried = [c for c in lines() if REPAIRS.match(c) and "docker " not in c]
    return list(dict.fromkeys(tried))


def spans_of(page: Path) -> list[tuple[str, str]]:
    """Each code span, after the word before it that says what it names, if any."""
    prose = FENCE.sub("", page.read_text())
    return [
        (" ".join(kind.lower().split()), name) for kind, name in NAMED.findall(prose)
    ]
