"""Begins a drill: chooses it, breaks the platform, and waits for the alert."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from tools.drills import own_prometheus, platforms, state
from tools.drills.choosing import choose
from tools.drills.drill import Drill
from tools.drills.ending import stop
from tools.drills.pager import Page, Prometheus, not_hidden
from tools.drills.platforms import FILE, ROOT
from tools.drills.state import Incident
from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY
from tools.local.polling import wait_until
from tools.local.ports import GATEWAY

BREAK_SECONDS = 120
ALERT_SECONDS = 360


def start(wanted: str, mode: str) -> None:
    target, prometheus = platforms.target(mode), platforms.prometheus()
    if state.load(FILE):
        raise PlatformError(
            "A drill is running: `make drill-check` or `make drill-stop`."
        )
    platforms.require_healthy(target)
    needs_own = mode == "docker" and not platforms.has_prometheus()
    before = [] if needs_own else asyncio.run(prometheus.firing())
    drill = choose(wanted, before, sees_gateway=not needs_own)
    own = _own_prometheus() if needs_own else 0
    state.save(FILE, Incident(drill.name, mode, prometheus=own))
    if before:
        names = ", ".join(sorted({page.name for page in not_hidden(before)}))
        print(f"  These alerts fire already, so they are no clue: {names}.")
    print("  People use the platform, and something breaks.", flush=True)
    process = _spawn()
    _await_broken(process)
    print("  You are on call. The alert comes within a few minutes.\n", flush=True)
    pages = _await_alert(drill, prometheus, before, process)
    for page in sorted(pages, key=Page.is_about_budget):
        print("\n".join(page.text()), end="\n\n")
    if incident := state.load(FILE):
        state.save(FILE, replace(incident, alerted=time.time()))
    print(
        "  Find the component and the cause: docs/DRILLS.md says how.\n"
        "  make drill-hint                                 shows a hint\n"
        "  make drill-check ANSWER=component:cause         ends the drill"
    )


def _own_prometheus() -> int:
    # In containers, the port of the gateway's metrics is not published.
    services = {n: port for n, port in platforms.ports().items() if n != GATEWAY}
    pid = own_prometheus.start(ROOT, services)
    print(
        "  The platform's Prometheus is not started, so one without the metrics of\n"
        "  the stores and the gateway runs during the drill, at\n"
        f"  http://localhost:{own_prometheus.PORT}."
    )
    return pid


def _spawn() -> "subprocess.Popen[bytes]":
    """Starts the process that breaks the platform, with nothing to see in `ps`."""
    with platforms.log().open("wb") as log:
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
