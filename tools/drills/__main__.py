"""`python -m tools.drills COMMAND`, as the Makefile calls it."""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import httpx
import psutil

from observability import elsewhere
from tools.client.running import VARIABLES
from tools.drills import running, state, way
from tools.drills.catalogue import COMPONENTS, DRILLS
from tools.drills.drill import Drill
from tools.drills.pager import Page, Prometheus, not_hidden
from tools.drills.processes import Processes
from tools.drills.state import Incident
from tools.drills.target import Target
from tools.local import prometheus_server
from tools.local.errors import NotRunning, PlatformError
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.polling import wait_until
from tools.local.ports import HOST
from tools.local.services import health

ROOT = REPOSITORY / os.environ.get("LOCAL_ROOT", ".local")
FILE = ROOT / "drill.json"
BREAK_SECONDS = 120
ALERT_SECONDS = 360
MEND_SECONDS = 90
HEALTHY_SECONDS = 120


def start(wanted: str) -> None:
    platform, prometheus = _platform(), _prometheus()
    if state.load(FILE):
        raise PlatformError(
            "A drill is running: `make drill-check` or `make drill-stop`."
        )
    _require_healthy(platform)
    before = asyncio.run(prometheus.firing())
    drill = _chosen(wanted, before)
    state.save(FILE, Incident(drill.name, "local"))
    if before:
        names = ", ".join(sorted({page.name for page in before}))
        print(f"  These alerts fire already, so they are no clue: {names}.")
    print("  People use the platform, and something breaks.", flush=True)
    process = _spawn()
    _await_broken(process)
    print("  You are on call. The alert comes within a few minutes.\n", flush=True)
    pages = _await_alert(drill, prometheus, before, process)
    for page in sorted(pages, key=Page.is_about_budget):
        print("\n".join(page.text()), end="\n\n")
    state.save(FILE, replace(_required(), alerted=time.time()))
    print(
        "  Find the component and the cause: docs/DRILLS.md says how.\n"
        "  make drill-hint                                 shows a hint\n"
        "  make drill-check ANSWER=component:cause         ends the drill"
    )


def _chosen(name: str, before: Sequence[Page]) -> Drill:
    """Returns a drill whose alert does not fire yet, perhaps from another drill."""

    def fires(drill: Drill) -> bool:
        return any(page.is_of(drill.alert) for page in before)

    if not name:
        possible = [d for d in DRILLS.values() if not (d.obstacle() or fires(d))]
        if not possible:
            raise PlatformError("The alerts of all drills fire already: wait for them.")
        return random.choice(possible)
    if name not in DRILLS:
        raise PlatformError(f"DRILL must be one of {', '.join(sorted(DRILLS))}")
    if (obstacle := DRILLS[name].obstacle()) is not None:
        raise PlatformError(f"This machine cannot run {name}: {obstacle}")
    if fires(DRILLS[name]):
        raise PlatformError(
            f"The alert of {name} fires already: wait until it is over."
        )
    return DRILLS[name]


def _spawn() -> "subprocess.Popen[bytes]":
    """Starts the process that breaks the platform, with nothing to see in `ps`."""
    with (ROOT / "log" / "drill.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tools.drills", "run"],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _await_broken(process: "subprocess.Popen[bytes]") -> None:
    def is_over() -> bool:
        incident = state.load(FILE)
        ended = process.poll() is not None
        return ended or incident is None or bool(incident.since or incident.error)

    in_time = wait_until(is_over, BREAK_SECONDS)
    incident = state.load(FILE)
    if incident is None or not incident.since:
        stop()
        reason = incident.error if incident else "it was stopped"
        late = "" if in_time else f" within {BREAK_SECONDS} s"
        raise PlatformError(f"The platform could not be broken{late}: {reason}")


def _await_alert(
    drill: Drill,
    prometheus: Prometheus,
    before: Sequence[Page],
    process: "subprocess.Popen[bytes]",
) -> list[Page]:
    """Returns the alerts that fire since the drill, once its own is among them."""
    known = [page.labels for page in before]
    new: list[Page] = []

    def fires() -> bool:
        new[:] = [
            page
            for page in asyncio.run(prometheus.firing())
            if page.labels not in known
        ]
        return any(page.is_of(drill.alert) for page in new)

    def is_over() -> bool:
        return process.poll() is not None or fires()

    if not wait_until(is_over, ALERT_SECONDS, interval=2):
        raise PlatformError(
            f"No alert of the drill fired in {ALERT_SECONDS} s: `make drill-stop`"
            " mends the platform."
        )
    if process.poll() is not None:
        raise PlatformError("The drill was stopped before its alert fired.")
    return not_hidden(new)


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
    found = asyncio.run(way.follow(drill, _target(), _prometheus(), incident.since))
    print(
        f"component {_scored(component, drill.component)}\n"
        f"cause     {_scored(cause, drill.name)}\n"
        f"{_time_taken(incident)}, with {incident.hints} of 3 hints\n"
    )
    print("\n".join(way.render(found, elsewhere.found())), end="\n\n")
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


def stop() -> None:
    """Ends the traffic and mends the platform, also after the drill was killed."""
    incident = state.load(FILE)
    if incident is None:
        print("  No drill is running.")
        return
    print("  Mending the platform.", flush=True)
    _end(incident.pid)
    platform = _platform()
    if not platform.runs:
        raise NotRunning(
            "The platform stopped during a drill and is still broken: `make up`, then"
            " `make drill-stop`."
        )
    asyncio.run(_mend(DRILLS[incident.drill]))
    _require_healthy(platform, HEALTHY_SECONDS)
    state.clear(FILE)
    print("  The drill is over, and all services are healthy.")


async def _mend(drill: Drill) -> None:
    await drill.mend(_target())


def _end(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if pid and "tools.drills" in process.cmdline():
            process.terminate()
            with suppress(psutil.TimeoutExpired):
                process.wait(MEND_SECONDS)


def status() -> None:
    if state.load(FILE):
        print("  A drill is running: `make drill-stop` ends it and mends the platform.")


def _require_healthy(platform: Platform, seconds: float = 0.0) -> None:
    platform.states()

    def is_healthy() -> bool:
        reports = (health(port) for port in platform.service_ports.values())
        return all(report.get("status") == "healthy" for report in reports)

    if not wait_until(is_healthy, seconds, interval=1):
        raise PlatformError("Not all services are healthy: see `make status`.")


def _required() -> Incident:
    incident = state.load(FILE)
    if incident is None or not incident.since:
        raise PlatformError("No drill is running: `make drill` begins one.")
    return incident


def _platform() -> Platform:
    """The platform at its usual URLs, or at those that the environment names."""
    urls = {name: os.environ.get(*usual) for name, usual in VARIABLES.items()}
    ports = {name: httpx.URL(url).port or 80 for name, url in urls.items()}
    return Platform(ROOT, ports)


def _target() -> Target:
    return Processes(_platform())


def _prometheus() -> Prometheus:
    usual = f"http://{HOST}:{prometheus_server.PORTS['http']}"
    return Prometheus(os.environ.get("PROMETHEUS_URL", usual))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.drills")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start").add_argument("name", nargs="?", default="")
    commands.add_parser("check").add_argument("answer", nargs="?", default="")
    for name in ("hint", "stop", "status", "run"):
        commands.add_parser(name)
    wanted = parser.parse_args()
    try:
        match wanted.command:
            case "start":
                start(wanted.name)
            case "check":
                check(wanted.answer)
            case "run":
                asyncio.run(running.run(FILE, _target()))
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
