"""A service does not import what it does not use."""

import subprocess
import sys

PROGRAM = """
import sys, chassis.server
print(*sys.modules.keys() & {"redis", "rich", "pygments", "psutil"})
"""


def test_chassis_does_not_import_optional_parts_of_libraries() -> None:
    # The environment of the tests has all four, because the tools use them.
    command = [sys.executable, "-c", PROGRAM]
    imported = subprocess.check_output(command, text=True)  # noqa: S603 - our own
    assert imported.split() == []
