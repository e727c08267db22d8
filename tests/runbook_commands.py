"""`make cures`: types the runbooks' cures on what runs, whose data are lost.

Each page from its first command to its last; an order has to go through after each.
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
    "docker": re.compile(r"\.local/|\bMODE=local\b|\$NEW\b"),
}
BACKUP = "backups/20261121T180000Z"
LEFT_BEHIND = (BACKUP, "rabbitmq-damaged", "postgres-damaged-*")
# What has happened when somebody turns to the page.
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


def cure(page: str, mode: str, services: Sequence[str]) -> None:
    print(f"\n== {page}", flush=True)
    if before := BEFORE[mode].get(page):
        _type([before], services)
    if (page, mode) == ("secrets-lost", "local"):
        _start_in_vain()
    _type(commands(page, mode), services)
    if not wait_until(_an_order_goes_through, SECONDS_TO_RECOVER, interval=2):
        sys.exit(f"error: after {page} no order goes through")


def _type(commands: Sequence[str], services: Sequence[str]) -> None:
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
        sys.exit("error: that failed")


def _start_in_vain() -> None:
    """Interrupts a start whose database lets nobody in."""
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
    sys.exit("error: it went no further")


def _an_order_goes_through() -> bool:
    trace = ["make", "trace"]
    told = subprocess.run(trace, cwd=REPOSITORY, capture_output=True, check=False)  # noqa: S603
    return told.returncode == 0 and b": confirmed" in told.stdout


def main() -> None:
    arguments = _arguments()
    os.environ["MODE"] = arguments.mode
    if there := [found for name in LEFT_BEHIND for found in REPOSITORY.glob(name)]:
        sys.exit(f"error: {there[0]} is there already")
    try:
        for page in CURED:
            cure(page, arguments.mode, arguments.services)
    finally:
        for name in LEFT_BEHIND:
            for found in REPOSITORY.glob(name):
                shutil.rmtree(found)
    print(f"\nThe cures of {len(CURED)} pages were typed.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.runbook_commands", description=__doc__
    )
    parser.add_argument("--lose-data", action="store_true", required=True)
    parser.add_argument("mode", choices=BEFORE)
    parser.add_argument("services", nargs="*", help="what `make up` starts; all of it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
