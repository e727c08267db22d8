"""A program that watches the platform, such as Prometheus; everything works without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local.errors import ProgramMissing
from tools.local.layout import Layout
from tools.local.processes import stranger_at
from tools.local.program import Program

# By their use.
Ports = Mapping[str, int]


@dataclass(frozen=True)
class Surroundings:
    """The platform that an observer watches, and the other observers.

    Attributes:
        observers: the ports of each observer that runs.
    """

    layout: Layout
    services: Ports
    observers: Mapping[str, Ports]


@dataclass(frozen=True)
class Observer:
    """
    Attributes:
        ports: people open the first one.
        find: returns the installed program.
        package: the Debian package of the program, if there is one.
        needs: the observer without which this one is useless.
    """

    name: str
    title: str
    ports: Ports
    find: Callable[[], Path]
    program: Callable[[Surroundings], Program]
    package: str | None = None
    needs: str | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{next(iter(self.ports.values()))}"

    def obstacle(self, root: Path) -> str | None:
        """Returns the reason why it cannot run, if there is one."""
        if not self.is_installed:
            package = f" (Debian package: {self.package})" if self.package else ""
            return f"not running: it is not installed{package}"
        for port in self.ports.values():
            if by := stranger_at(port, root):
                return f"not running: port {port} is in use by {by.name}"
        return None

    @property
    def is_installed(self) -> bool:
        try:
            self.find()
        except ProgramMissing:
            return False
        return True
