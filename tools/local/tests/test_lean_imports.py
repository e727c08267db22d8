"""A command of local mode does not import what it does not use."""

import subprocess
import sys

PROGRAM = """
import sys, tools.local.__main__
print(*sys.modules.keys() & {"chassis", "fastapi", "sqlalchemy", "httpx"})
"""


def test_commands_do_not_import_the_chassis() -> None:
    command = [sys.executable, "-c", PROGRAM]
    imported = subprocess.check_output(command, text=True)  # noqa: S603 - our own
    assert imported.split() == []
