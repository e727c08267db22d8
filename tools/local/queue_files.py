"""The paths in the configuration files of RabbitMQ's quorum queues.

The configuration of each queue, an Erlang term in a file beside the queue's own, has
absolute paths. In a folder that was moved or copied they name the first one: there the
queues would not start, or two brokers would write to the same files.
"""

import re
from pathlib import Path

from tools.local.files import write_private

# A string, or the list of its characters when one of them is outside Latin-1.
PATH = re.compile(r'(\b(?:wal_)?data_dir =>\s+)("(?:[^"\\]|\\.)*"|\[[\d,\s]+\])')


def relocate_queues(mnesia: Path) -> None:
    """Names the present folder in the configuration of each queue below `mnesia`."""
    for system in ("quorum", "coordination"):
        for config in mnesia.glob(f"*/{system}/*/*/config"):
            before = config.read_text(encoding="utf-8", errors="surrogateescape")
            after = _relocated(before, config.parent.parent)
            if after != before:
                write_private(config, after.encode(errors="surrogateescape"))


def _relocated(term: str, directory: Path) -> str:
    characters = ",".join(str(ord(each)) for each in str(directory))

    def relocated(found: re.Match[str]) -> str:
        label, path = found.groups()
        return found[0] if _text(path) == str(directory) else f"{label}[{characters}]"

    return PATH.sub(relocated, term)


def _text(path: str) -> str:
    if path.startswith("["):
        return "".join(chr(int(each)) for each in path[1:-1].split(","))
    return re.sub(r"\\(.)", r"\1", path[1:-1])
