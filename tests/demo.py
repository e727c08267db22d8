"""The demo data of `make demo`, on the platform of the tests."""

import subprocess
import sys
from collections.abc import Mapping

from tools.local.layout import REPOSITORY

COMMAND = (sys.executable, "-m", "tools.demo")
# All tests load the same people, who have one password.
PASSWORD = "shown to visitors"


def demo_environment(command_line: Mapping[str, str]) -> dict[str, str]:
    return {**command_line, "DEMO_PASSWORD": PASSWORD}


def load_demo(command_line: Mapping[str, str]) -> None:
    environment = demo_environment(command_line)
    subprocess.run(COMMAND, cwd=REPOSITORY, env=environment, check=True)  # noqa: S603
