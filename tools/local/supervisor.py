"""supervisord: how it is started, asked and stopped.

It starts again whatever dies, and never gives up. Before each further attempt at a
program that does not stay up it waits a second longer, so the wait grows with the
square root of the outage; `make up` starts at once what is waiting.
"""

import os
import subprocess
import sys
import xmlrpc.client
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import psutil

from tools.local import supervisor_conf
from tools.local.errors import SupervisorFailed
from tools.local.files import write_private
from tools.local.layout import Layout
from tools.local.polling import wait_until
from tools.local.ports import HOST
from tools.local.processes import (
    SUPERVISORD,
    Mark,
    belongs,
    identity,
    is_supervisord,
    of_platform,
)
from tools.local.program import Program
from tools.local.supervisor_conf import STOP_SECONDS

# Faults of a program that is where it was wanted already, or that died at once, in
# which case supervisord goes on trying.
SPAWN_ERROR, ALREADY_STARTED, NOT_RUNNING = 50, 60, 70
HARMLESS = {SPAWN_ERROR, ALREADY_STARTED, NOT_RUNNING}
RUNNING = {"RUNNING", "STARTING"}
# It answers a stop when the program has ended.
SECONDS_TO_ANSWER = {"stopProcess": STOP_SECONDS + 15}


@dataclass(frozen=True)
class State:
    identifier: str
    name: str
    pid: int
    # When it was last started, in seconds since the epoch.
    started: int
    # With what it ended, once it has; -1 if by a signal.
    exit_status: int


class Supervisor:
    def __init__(self, layout: Layout, port: int, password: str) -> None:
        self._layout = layout
        self._port = port
        self._password = password

    def launch(self, programs: Collection[Program]) -> None:
        """Starts supervisord, which then waits for commands to start programs."""
        for program in programs:
            launcher = self._layout.launchers / program.name
            write_private(launcher, program.launcher(), mode=0o700)
        conf = supervisor_conf.render(programs, self._port, self._password)
        write_private(self._layout.supervisor_conf, conf)
        if process(self._layout) is None:
            self._daemonise()

    def states(self) -> dict[str, State]:
        return {
            info["name"]: State(
                identifier=f"{info['group']}:{info['name']}",
                name=info["statename"],
                pid=info["pid"],
                started=info["start"],
                exit_status=info["exitstatus"],
            )
            for info in self._ask("getAllProcessInfo")
        }

    def start(self, names: Iterable[str]) -> list[str]:
        """Starts what does not run, and tells what that was."""
        states = self.states()
        idle = [name for name in names if states[name].name not in RUNNING]
        for name in idle:
            if states[name].name == "BACKOFF":
                self._ask("stopProcess", states[name].identifier)
            self._ask("startProcess", states[name].identifier, False)
        return idle

    def stop(self, names: Iterable[str]) -> None:
        states = self.states()
        for name in names:
            self._ask("stopProcess", states[name].identifier)

    def _daemonise(self) -> None:
        # Nothing of the person's own environment reaches a program unless it is meant
        # to: a proxy, say, would swallow the calls between services.
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": os.path.expanduser("~"),
            "LANG": "C.UTF-8",
            **Mark.of(self._layout.root).environment(),
        }
        outcome = subprocess.run(  # noqa: S603 -- every word is our own
            [
                *(sys.executable, "-P", str(SUPERVISORD)),
                *("--configuration", self._layout.supervisor_conf.name),
            ],
            cwd=self._layout.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode != 0:
            raise SupervisorFailed(f"supervisord: {outcome.stdout}{outcome.stderr}")
        if not wait_until(self._answers, timeout=10):
            raise SupervisorFailed(
                f"supervisord does not answer; see {self._layout.log('supervisord')}"
            )

    def _answers(self) -> bool:
        try:
            return bool(self._ask("getState")["statename"] == "RUNNING")
        except SupervisorFailed:
            return False

    def _ask(self, method: str, *arguments: str | bool) -> Any:
        url = f"http://pannier:{self._password}@{HOST}:{self._port}/RPC2"
        try:
            transport = _Transport(SECONDS_TO_ANSWER.get(method, 10))
            with xmlrpc.client.ServerProxy(url, transport=transport) as server:
                return getattr(server.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode in HARMLESS:
                return None
            raise SupervisorFailed(
                f"supervisord refused {method}{arguments}: {fault.faultString}. "
                "Restart it with `make down` and then `make up`."
            ) from fault
        except (OSError, HTTPException, ExpatError) as error:
            raise SupervisorFailed(self._silence(error)) from error

    def _silence(self, error: Exception) -> str:
        found = process(self._layout)
        if found is None:
            return "supervisord does not run: `make up` starts it."
        name = f"supervisord (process {found.pid})"
        if found.status() == psutil.STATUS_STOPPED:
            return f"{name} is suspended: `kill -CONT {found.pid}` continues it."
        again = "restart it with `make down` and then `make up`"
        return f"{name} does not answer ({error}): {again}."


def process(layout: Layout) -> psutil.Process | None:
    """The supervisord of this platform, if it lives, wherever it was started."""
    with suppress(FileNotFoundError, ValueError, psutil.Error):
        found = psutil.Process(int(layout.supervisor_pid.read_text()))
        # After a power loss its id may be that of any other process.
        if _supervises(found, layout):
            return found
    everything = of_platform(layout.root)
    return next((each for each in everything if _supervises(each, layout)), None)


def _supervises(found: psutil.Process, layout: Layout) -> bool:
    """Not if it was started in another folder, which was here and is deleted."""
    if not is_supervisord(found) or not belongs(found, layout.root):
        return False
    mark = Mark.on(found)
    return mark is not None and mark.identity in {"", identity(layout.root)}


def moved_from(layout: Layout) -> str | None:
    """Returns the root's path at the start of the platform, if it has changed."""
    found = process(layout)
    mark = Mark.on(found) if found else None
    if mark is None or mark.identity in {"", identity(Path(mark.root))}:
        return None
    return mark.root


def shut_down(layout: Layout, timeout: float = 90) -> bool:
    """Stops every program in order, services before stores, and supervisord last.

    Returns:
        whether it ran.
    """
    found = process(layout)
    if found:
        with suppress(psutil.NoSuchProcess):
            found.terminate()
            # A suspended one gets no signal but this.
            found.resume()
        wait_until(lambda: not is_supervisord(found), timeout)
    layout.supervisor_pid.unlink(missing_ok=True)
    return found is not None


class _Transport(xmlrpc.client.Transport):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def make_connection(self, host: Any) -> HTTPConnection:
        connection = super().make_connection(host)
        connection.timeout = self._seconds
        return connection
