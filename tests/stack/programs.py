"""Loki, Alloy, Jaeger and Mailpit: the tests of this folder need the real programs."""

from collections.abc import Callable
from pathlib import Path

from tools.local import installed
from tools.local.errors import ProgramMissing

FIND: dict[str, Callable[[], Path]] = {
    "loki": installed.loki,
    "alloy": installed.alloy,
    "jaeger": installed.jaeger,
    "mailpit": installed.mailpit,
}


def missing(*names: str) -> list[str]:
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        FIND[name]()
    except ProgramMissing:
        return False
    return True
