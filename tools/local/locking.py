"""`python -m tools.local.locking LOCK...`: adds entries without extras to locks.

To pip, before 23.3 at least, `redis` and `redis[hiredis]` are two requirements. If a
lock pins one of them and a package asks for the other, pip looks for the newest release
of that other, which has no hash in the lock, and stops.
"""

import re
import sys
from pathlib import Path

ENTRY = re.compile(
    r"^([a-z0-9.-]+)\[[a-z0-9,-]+\](==[^\n]+\\\n(?:    --hash=\S+(?: \\)?\n)+)",
    re.MULTILINE,
)


def name_without_extras(lock: str) -> str:
    return ENTRY.sub(lambda entry: f"{entry[1]}{entry[2]}{entry[0]}", lock)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(name_without_extras(path.read_text()))
