"""`make test-runbooks`: runs the commands of runbooks that destroy data.

Runs each page from its first command to its last on the running platform, and places an
order after each.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.documents import blocks
from tests.runbooks import CURED, RUNBOOKS
from tools.local.layout import REPOSITORY
from tools.local.polling import wait_until

OF_THE_OTHER_MODE = {
    "local": re.compile(r"\bdocker "),
    "docker": re.compile(r"\.local/|\bMODE=local\b|\$NEW\b|\bentry \w+\.json\b"),
}
BACKUP = "backups/20261121T180000Z"
LEFTOVERS = (BACKUP, "rabbitmq-damaged", "postgres-damaged-*")
# Brings the platform into the situation that the page is for.
BEFORE = {
    "local": {
        "secrets-lost": "make down; rm .local/secrets.json",
        "restore": f"make backup TO={BACKUP}",
    },
    "docker": {
        "secrets-lost": "make down; docker compose run --rm --no-deps -T secrets"
        " sh -c 'rm -r /vault/*'; make up || true",
        "restore": f"make backup TO={BACKUP}",
    },
}
SECONDS_TO_RECOVER = 120


def commands(page: str, mode: str) -> list[str]:
    of_page = [line for b in blocks(RUNBOOKS / f"{page}.md") for line in b.lines]
    return [c for c in of_page if not OF_THE_OTHER_MODE[mode].search(c)]


def run_page(page: str, mode: str, services: Sequence[str]) -> None:
    print(f"\n== {page}", flush=True)
    if before := BEFORE[mode].get(page):
        _run([before], services)
    if (page, mode) == ("secrets-lost", "local"):
        _interrupt_a_failing_start()
    _run(commands(page, mode), services)
    if not wait_until(_can_order, SECONDS_TO_RECOVER, interval=2):
        sys.exit(f"error: no order can be placed after {page}")


def _run(commands: Sequence[str], services: Sequence[str]) -> None:
    root = os.environ.get("LOCAL_ROOT", ".local")
    some = " ".join(services)
    typed = [
        "set -o errexit",
        ". docs/runbooks/commands.sh",
        f'make() {{ case "$MODE $* {some}" in '
        f'"docker up "?*) tools/compose/up.sh {some};; '
        '*) command make "$@";; esac; }',
        "set -o verbose",
        *(command.replace(".local/", f"{root}/") for command in commands),
    ]
    bash = ["bash", "-c", "\n".join(typed)]
    if subprocess.run(bash, cwd=REPOSITORY, check=False).returncode != 0:  # noqa: S603
        sys.exit("error: a command failed")


def _interrupt_a_failing_start() -> None:
    """Interrupts a start while the services cannot log in to their databases."""
    with subprocess.Popen(
        ["make", "up"],  # noqa: S607
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as starting:
        assert starting.stdout
        for line in starting.stdout:
            print(line, end="", flush=True)
            if "rabbitmq is ready" in line:
                os.killpg(starting.pid, signal.SIGTERM)
                return
    sys.exit("error: the start never reached 'rabbitmq is ready'")


def _can_order() -> bool:
    trace = ["make", "trace"]
    traced = subprocess.run(trace, cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603
    return traced.returncode == 0 and b": confirmed" in traced.stdout


def main() -> None:
    arguments = _arguments()
    os.environ["MODE"] = arguments.mode
    if there := [found for name in LEFTOVERS for found in REPOSITORY.glob(name)]:
        sys.exit(f"error: {there[0]} already exists")
    try:
        for page in CURED:
            run_page(page, arguments.mode, arguments.services)
    finally:
        for name in LEFTOVERS:
            for found in REPOSITORY.glob(name):
                shutil.rmtree(found)
    print(f"\nThe commands of {len(CURED)} runbooks work.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.runbook_commands", description=__doc__
    )
    parser.add_argument("--lose-data", action="store_true", required=True)
    parser.add_argument("mode", choices=BEFORE)
    parser.add_argument(
        "services", nargs="*", help="the services to start; default: all"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
