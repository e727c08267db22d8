"""`python -m tools.drills COMMAND`, as the Makefile calls it."""

import argparse
import asyncio
import sys
import time
from dataclasses import replace

from observability import elsewhere
from tools.drills import platforms, running, state, way
from tools.drills.catalogue import COMPONENTS, DRILLS
from tools.drills.ending import stop
from tools.drills.platforms import FILE
from tools.drills.starting import start
from tools.drills.state import Incident
from tools.local.errors import PlatformError


def hint() -> None:
    """Shows the next hint, and those before it again."""
    incident = _required()
    hints = DRILLS[incident.drill].hints
    shown = min(incident.hints + 1, len(hints))
    for number, text in enumerate(hints[:shown], 1):
        print(f"  {number} of {len(hints)}: {text}")
    state.save(FILE, replace(incident, hints=shown))


def check(answer: str) -> None:
    incident = _required()
    component, colon, cause = answer.strip().lower().partition(":")
    if not colon or component not in COMPONENTS or cause not in DRILLS:
        raise PlatformError(
            "ANSWER must be component:cause, for example"
            " `make drill-check ANSWER=product-service:slow-query`.\n"
            f"  components: {', '.join(COMPONENTS)}\n"
            f"  causes: {', '.join(sorted(DRILLS))}"
        )
    drill = DRILLS[incident.drill]
    target, prometheus = platforms.target(incident.mode), platforms.prometheus()
    found = asyncio.run(way.follow(drill, target, prometheus, incident.since))
    print(
        f"component {_scored(component, drill.component)}\n"
        f"cause     {_scored(cause, drill.name)}\n"
        f"{_time_taken(incident)}, with {incident.hints} of 3 hints\n"
    )
    print("\n".join(way.render(found, elsewhere.found(), incident.mode)), end="\n\n")
    stop()


def _time_taken(incident: Incident) -> str:
    now = time.time()
    broken, alerted = now - incident.since, now - incident.alerted
    since_alert = (
        f", {alerted / 60:.0f} min after the alert" if incident.alerted else ""
    )
    return f"{broken / 60:.0f} min after the fault{since_alert}"


def _scored(answer: str, right: str) -> str:
    return f"right: {right}" if answer == right else f"wrong: {answer}, not {right}"


def status() -> None:
    if state.load(FILE):
        print("  A drill is running: `make drill-stop` ends it and mends the platform.")


def _required() -> Incident:
    incident = state.load(FILE)
    if incident is None or not incident.since:
        raise PlatformError("No drill is running: `make drill` begins one.")
    return incident


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.drills")
    commands = parser.add_subparsers(dest="command", required=True)
    begin = commands.add_parser("start")
    begin.add_argument("mode", choices=("local", "docker"))
    begin.add_argument("name", nargs="?", default="")
    commands.add_parser("check").add_argument("answer", nargs="?", default="")
    for name in ("hint", "stop", "status", "run"):
        commands.add_parser(name)
    wanted = parser.parse_args()
    try:
        match wanted.command:
            case "start":
                start(wanted.name, wanted.mode)
            case "check":
                check(wanted.answer)
            case "run":
                asyncio.run(running.run(FILE, platforms.target))
            case "hint":
                hint()
            case "stop":
                stop()
            case _:
                status()
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. `make drill-stop` mends the platform.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
