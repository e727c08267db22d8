"""A second process of each service of a platform and its gateway, on the same stores.

It asks the second process of its peers, so that nothing but the stores is shared. The
supervisor does not know it: a replica that is killed stays dead.
"""

import signal
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from tools.local.lifecycle import Platform
from tools.local.polling import wait_until
from tools.local.ports import (
    GATEWAY,
    HOST,
    PORTS,
    SERVICE_PORTS,
    free_service_ports,
    metrics_port,
)
from tools.local.processes import Mark
from tools.local.services import is_ready

START_SECONDS = 120
STOP_SECONDS = 30


class Replicas:
    """
    Args:
        given: settings that differ from those of the first processes.
        only: the services that have a second process; the others are shared.
    """

    def __init__(
        self,
        platform: Platform,
        given: Mapping[str, str] | None = None,
        only: Collection[str] = tuple(PORTS),
    ) -> None:
        self._platform = platform
        self._given = {} if given is None else given
        ports = free_service_ports()
        self.service_ports = {service: ports[service] for service in only}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @classmethod
    @contextmanager
    def running(cls, platform: Platform) -> Iterator[Self]:
        with cls(platform).started() as replicas:
            yield replicas

    @contextmanager
    def started(self) -> Iterator[Self]:
        try:
            for service in self.service_ports:
                self._start(service)
            for service, port in self.service_ports.items():
                ready = wait_until(partial(is_ready, port), START_SECONDS)
                assert ready, self.log(service)
            yield self
        finally:
            self._stop()

    def url(self, service: str) -> str:
        if service not in self.service_ports:
            return self._platform.url(service)
        return f"http://{HOST}:{self.service_ports[service]}"

    def environment(self, name: str) -> Mapping[str, str]:
        """The environment of the first replica, but for its port and its peers."""
        peers = {self._platform.url(peer): self.url(peer) for peer in SERVICE_PORTS}
        given = self._platform.environment(name)
        port = self.service_ports[name]
        ports = {"PORT": str(port)}
        if name == GATEWAY:
            ports["METRICS_PORT"] = str(metrics_port(name, port))
        return {
            **{key: peers.get(value, value) for key, value in given.items()},
            **ports,
            **self._given,
        }

    def log(self, service: str) -> str:
        """Returns the log of the replica."""
        return self._log_file(service).read_text()

    def kill(self, service: str) -> None:
        self._processes[service].kill()
        self._processes[service].wait()

    @contextmanager
    def paused(self, service: str) -> Iterator[None]:
        """The replica hangs for as long as this lasts."""
        self._processes[service].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._processes[service].send_signal(signal.SIGCONT)

    def _start(self, service: str) -> None:
        # So that `stop` of the platform ends it too, should this process die.
        mark = Mark.of(self._platform.layout.root)
        with self._log_file(service).open("wb") as log:
            self._processes[service] = subprocess.Popen(  # noqa: S603 - our own
                ["../start.sh", service],
                cwd=self._platform.directory(service),
                env={**self.environment(service), **mark.environment()},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(STOP_SECONDS)

    def _log_file(self, service: str) -> Path:
        return self._platform.layout.log(f"{service}-2")
