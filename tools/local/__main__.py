"""`python -m tools.local COMMAND`, as the Makefile calls it."""

import argparse
import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tools.local import doctor, observers
from tools.local.backup import back_up, restore
from tools.local.development import develop
from tools.local.errors import PlatformError
from tools.local.files import write_private
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import STORES, Platform
from tools.local.observer import Ports
from tools.local.ports import PORTS
from tools.local.preflight import refuse_moved
from tools.local.processes import stranger_at
from tools.local.services import health
from tools.local.storefront import built_meanwhile
from tools.local.summary import shown, summary
from tools.local.supervisor import moved_from
from tools.local.termination import unwind_at_signals

ROOT = REPOSITORY / os.environ.get("LOCAL_ROOT", ".local")
TEST_ROOT = ROOT / "test"
# Tests that were killed, or the benchmark, leave a platform of their own.
PLATFORMS_OF_TESTS = ("bench", "e2e", "faults", "faulty", "watched")


def up() -> None:
    platform = _platform(ROOT, observers.unobstructed(ROOT))
    with built_meanwhile(platform.report):
        parts = platform.start()
    print(*summary(platform, parts), sep="\n")


def down() -> None:
    stopped = []
    for root, what in _roots().items():
        platform = _platform(root)
        before = moved_from(platform.layout)
        if platform.stop():
            stopped.append(what)
        if before and Path(before).exists():
            print(f"  {before} holds only what was written after the move: delete it.")
    if stopped:
        print(f"  Stopped: {' and '.join(stopped)}.")
    else:
        print("  Nothing to stop: no platform was running in local mode here.")
    for service, port in PORTS.items():
        if by := stranger_at(port, ROOT):
            print(f"  Port {port} of {service} is in use by {by.name}: {by.cure}.")
            return


def _roots() -> Mapping[Path, str]:
    """Returns everything that may run here, so that no process is left behind."""
    named = {ROOT: "the platform", TEST_ROOT: "the tests' stores"}
    of_tests = (ROOT / name for name in PLATFORMS_OF_TESTS)
    return named | {root: f"the platform in {shown(root)}" for root in of_tests}


def clean() -> None:
    down()
    _platform(ROOT).delete()
    print(f"  Deleted {shown(ROOT)}.")


def status() -> None:
    platform = _platform(ROOT)
    print(*standing(platform), sep="\n")
    refuse_moved(platform.layout)


def standing(platform: Platform) -> Iterator[str]:
    for name, state in platform.states().items():
        port = platform.service_ports.get(name)
        word = health(port).get("status", "no answer") if port else ""
        # A service started by `make dev` answers in its place.
        developed = port and not state.pid and word != "no answer"
        stands = "DEV" if developed else state.name
        yield f"  {name:<22}{stands:<10}{state.pid or '-':<10}{word}"


def stores() -> None:
    platform = _platform(TEST_ROOT)
    parts = platform.start(only=STORES)
    parts.postgres.forgo_durability()
    urls = {
        "TEST_POSTGRES_URL": parts.postgres.superuser_url(),
        "TEST_REDIS_URL": parts.redis.url(),
        "TEST_RABBITMQ_URL": parts.rabbitmq.url(),
    }
    path = platform.layout.root / "stores.env"
    write_private(path, "".join(f"{name}={url}\n" for name, url in urls.items()))
    print(f"  The URLs of the stores are in {shown(path)}.")


def stores_down() -> None:
    _platform(TEST_ROOT).stop()


def run(name: str, command: Sequence[str]) -> int:
    """Runs the command in the program's folder and environment."""
    platform = _platform(ROOT)
    outcome = subprocess.run(  # noqa: S603 -- the user's own command
        command,
        cwd=platform.directory(name),
        env=dict(platform.environment(name)),
        check=False,
    )
    return outcome.returncode


def backup(folder: Path | None) -> None:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = folder or REPOSITORY / "backups" / now
    back_up(_platform(ROOT), folder)
    print(f"  The backup is in {shown(folder)}. Copy it and the secrets elsewhere.")


def restore_from(folder: Path) -> None:
    restore(_platform(ROOT), folder)
    print(f"  Restored all data from {shown(folder)}.")


def _platform(root: Path, observed: Mapping[str, Ports] | None = None) -> Platform:
    begin = time.monotonic()

    def report(event: str) -> None:
        print(f"  {time.monotonic() - begin:5.1f} s  {event}", flush=True)

    return Platform(root, observers=observed, report=report)


def refused_by_disk(error: OSError) -> str | None:
    """Returns advice if the disk is full or not writable."""
    where = f"{error.filename or ROOT}: {error.strerror}"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"{where}. Free some space (`df -h {ROOT}` shows it), and try again."
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return f"{where}. Set LOCAL_ROOT to a folder that can be written to."
    return None


def show_what_is_wrong() -> None:
    """Prints the bad findings of `make doctor` after a failed start."""
    for finding in doctor.examine(ROOT):
        if finding.advice is not None:
            print(finding, file=sys.stderr)


COMMANDS = {
    "up": up,
    "down": down,
    "clean": clean,
    "status": status,
    "stores": stores,
    "stores-down": stores_down,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.local")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        commands.add_parser(name)
    commands.add_parser("backup").add_argument("folder", nargs="?", type=Path)
    commands.add_parser("restore").add_argument("folder", type=Path)
    running = commands.add_parser("run")
    running.add_argument("program", choices=(*STORES, *PORTS))
    running.add_argument("words", nargs=argparse.REMAINDER)
    modes = commands.add_parser("doctor")
    modes.add_argument("mode", nargs="?", choices=doctor.CHECKS, default="local")
    commands.add_parser("dev").add_argument("service", choices=PORTS)
    wanted = parser.parse_args()
    unwind_at_signals()
    try:
        return perform(wanted)
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        if wanted.command == "up":
            show_what_is_wrong()
    except OSError as error:
        if (advice := refused_by_disk(error)) is None:
            raise
        print(f"error: {advice}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "\nInterrupted. `make down` stops the processes that were started.",
            file=sys.stderr,
        )
        return 130
    return 1


def perform(wanted: argparse.Namespace) -> int:
    """Does what the command line asks for; returns the exit status."""
    match wanted.command:
        case "run":
            return run(wanted.program, wanted.words)
        case "dev":
            platform = _platform(ROOT, observers.unobstructed(ROOT))
            return develop(platform, wanted.service)
        case "doctor":
            return doctor.report(ROOT, wanted.mode)
        case "backup":
            backup(wanted.folder)
        case "restore":
            restore_from(wanted.folder)
        case name:
            COMMANDS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
