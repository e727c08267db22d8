"""The whole platform under one root: started, stopped, asked and hurt.

platform = Platform(Path(".local"))
platform.start()
platform.kill("order-service", signal.SIGKILL)
platform.wait_ready("order-service")
platform.stop()
"""

import fcntl
import os
import shutil
import signal
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tools.local import (
    credentials,
    jaeger_server,
    kept_settings,
    ports,
    preflight,
    supervisor,
)
from tools.local.assembly import Assembly, assemble
from tools.local.errors import NotRunning
from tools.local.layout import REPOSITORY, Layout
from tools.local.observer import Ports
from tools.local.polling import wait_until
from tools.local.processes import end_all, of_platform
from tools.local.program import Program
from tools.local.readiness import Follow, Report, await_healthy, await_ready, not_ready
from tools.local.supervisor import State

STORES = ("postgres", "redis", "rabbitmq")
# Long enough for a busy machine; a process that ends is reported much earlier.
START_SECONDS = 180.0


class Platform:
    def __init__(
        self,
        root: Path,
        service_ports: Mapping[str, int] | None = None,
        *,
        repository: Path = REPOSITORY,
        given: Mapping[str, str] | None = None,
        observers: Mapping[str, Ports] | None = None,
        report: Report = lambda _: None,
    ) -> None:
        """`given` is the environment that may say ADMIN_PASSWORD and the like.

        The gateway runs unless `service_ports` are given without it.

        Each observer runs that is given ports, unless the platform runs already and was
        started without it.
        """
        self.layout = Layout(root.resolve(), repository.resolve())
        self.service_ports = (
            ports.PORTS
            if service_ports is None
            else ports.SERVICE_PORTS | dict(service_ports)
        )
        self._given = os.environ if given is None else given
        self._observers = observers or {}
        self.report = report
        self._assembly: Assembly | None = None

    @property
    def mail_dir(self) -> Path:
        return self.layout.mail

    def url(self, service: str) -> str:
        return f"http://{ports.HOST}:{self.service_ports[service]}"

    def environment(self, name: str) -> Mapping[str, str]:
        """The environment of the program, with its secrets."""
        return self._parts.programs[name].environment

    def directory(self, name: str) -> Path:
        """Returns the working directory of the program."""
        return self._parts.programs[name].directory

    def log(self, name: str) -> str:
        """Returns the program's log."""
        return self.layout.log(name).read_text()

    def start(
        self, only: Collection[str] | None = None, timeout: float = START_SECONDS
    ) -> Assembly:
        """Starts all programs, or those named, and returns when they are ready.

        What runs already is left alone. Raises a PlatformError that says what is in
        the way; whatever was started until then stays, and `stop` stops it.
        """
        preflight.refuse_foreign_root(self.layout)
        preflight.refuse_moved(self.layout)
        self.layout.create()
        with self._locked():
            services = [name for name in self.service_ports if _wanted(name, only)]
            preflight.refuse_missing(self.layout, services)
            preflight.refuse_taken(self.layout, self.service_ports, services)
            if not self.runs:
                end_all(self.layout.root)
                ports.assign(self.layout.ports)
                self.layout.settings.unlink(missing_ok=True)
            credentials.keep_signing_key(self.layout.signing_keys, self._given)
            parts = self._assembly = self._assemble()
            started = self._bring_up(parts, only, timeout)
            if set(services) == set(self.service_ports):
                await_healthy(self.service_ports, self.report, timeout)
            # Not before: a setting with which nothing starts can be corrected.
            if not self.layout.settings.exists():
                traced = jaeger_server.collector(self._observers)
                kept_settings.keep(self.layout.settings, {**traced, **self._given})
            if only is None and not started:
                self.report("everything was already running, with the settings it had")
            return parts

    def stop(self, only: Collection[str] | None = None) -> bool:
        """Stops the programs named, or all and every process they have left behind.

        Returns:
            whether anything ran.
        """
        if only is not None:
            self._parts.supervisor.stop(only)
            return True
        ran = False
        if self.layout.root.exists():
            preflight.refuse_foreign_root(self.layout)
            with self._locked():
                ran = supervisor.shut_down(self.layout)
        return end_all(self.layout.root) or ran

    def delete(self) -> None:
        self.stop()
        if self.layout.root.exists():
            shutil.rmtree(self.layout.root)

    @property
    def runs(self) -> bool:
        return supervisor.process(self.layout) is not None

    def states(self) -> dict[str, State]:
        return self._parts.supervisor.states()

    def pid(self, name: str) -> int:
        pid = self.states()[name].pid
        if pid == 0:
            raise NotRunning(f"{name} is not running")
        return pid

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends the signal; after SIGKILL, returns when the process is gone."""
        process = psutil.Process(self.pid(name))
        process.send_signal(number)
        if number == signal.SIGKILL:
            wait_until(lambda: not process.is_running(), timeout=10, interval=0.01)

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """The program hangs, with all its processes, for as long as this lasts."""
        top = psutil.Process(self.pid(name))
        # First, so that it starts no more of them; those that there are may end yet.
        top.suspend()
        processes = [top]
        try:
            processes += top.children(recursive=True)
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    @contextmanager
    def aside(self, name: str) -> Iterator[None]:
        """Stops the program while this lasts, so that another can replace it."""
        preflight.refuse_moved(self.layout)
        parts = self._parts
        try:
            parts.supervisor.stop([name])
            yield
        finally:
            if self.runs:
                parts.supervisor.start([name])
                self._await_ready(parts, [parts.programs[name]], START_SECONDS)

    def wait_ready(self, name: str, timeout: float = START_SECONDS) -> None:
        """Waits, through any number of restarts, until the program is ready."""
        program = self._parts.programs[name]
        if not wait_until(program.ready, timeout):
            what = f"is not ready after {timeout:.0f} s"
            raise not_ready(program, self.layout, what)

    def _bring_up(
        self, parts: Assembly, only: Collection[str] | None, timeout: float
    ) -> list[str]:
        wanted = [p for name, p in parts.programs.items() if _wanted(name, only)]
        for program in wanted:
            program.prepare()
        parts.supervisor.launch(parts.programs.values())
        stores = [program for program in wanted if program.group == "stores"]
        services = [program for program in wanted if program.group == "services"]
        started: list[str] = []

        def start(programs: Collection[Program]) -> Collection[Program]:
            started.extend(parts.supervisor.start(p.name for p in programs))
            return programs

        def follow(ready: Program) -> Collection[Program]:
            # Services wait for no other store: RabbitMQ takes as long as they do.
            if ready is not parts.programs["postgres"]:
                return ()
            parts.postgres.provision()
            return start(services)

        first = stores if parts.programs["postgres"] in stores else [*stores, *services]
        self._await_ready(parts, start(first), timeout, follow)
        known = parts.supervisor.states()
        parts.supervisor.start(
            program.name
            for program in wanted
            if program.group == "observers" and program.name in known
        )
        return started

    def _await_ready(
        self,
        parts: Assembly,
        programs: Collection[Program],
        timeout: float,
        follow: Follow = lambda _: (),
    ) -> None:
        await_ready(
            programs, parts.supervisor, self.layout, self.report, timeout, follow
        )

    @property
    def _parts(self) -> Assembly:
        if self._assembly is None:
            if not self.runs:
                raise self._not_running()
            self._assembly = self._assemble()
        return self._assembly

    def _not_running(self) -> NotRunning:
        if next(of_platform(self.layout.root), None):
            left = f"Processes of {self.layout.root} run without supervisor or folder"
            return NotRunning(
                f"{left}: `make down` ends them, `make up` starts the platform again."
            )
        return NotRunning("The platform is not running: `make up` starts it.")

    def _assemble(self) -> Assembly:
        given = kept_settings.restored(self.layout.settings, self._given)
        return assemble(self.layout, self.service_ports, given, self._observers)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.layout.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.report("waiting for another command on this platform")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _wanted(name: str, only: Collection[str] | None) -> bool:
    return only is None or name in only
