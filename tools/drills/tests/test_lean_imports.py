"""Drills need nothing of what only tests need."""

import subprocess
import sys

PROGRAM = """
import sys, tools.drills.__main__
print(*sys.modules.keys() & {"pytest", "hypothesis", "playwright"})
"""


def test_drills_do_not_import_packages_of_tests() -> None:
    command = [sys.executable, "-c", PROGRAM]
    imported = subprocess.check_output(command, text=True)  # noqa: S603 - our own
    assert imported.split() == []
