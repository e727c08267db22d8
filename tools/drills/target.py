"""The platform that a drill breaks."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Files:
    """Files that a program reads when it starts.

    Attributes:
        local: their pattern below the root of local mode.
        containers: their pattern in the program's volume of secrets.
    """

    reader: str
    local: str
    containers: str


SIGNING_KEYS = Files("user-service", "keys/*.pem", "signing-keys/*.pem")
REDIS_CONF = Files("redis", "redis/redis.conf", "redis.conf")


class Target(Protocol):
    """A running platform, as processes or as containers."""

    def require_running(self) -> None:
        """
        Raises:
            NotRunning: the platform does not run.
        """

    def url(self, service: str) -> str: ...

    def environment(self, name: str) -> Mapping[str, str]: ...

    def log(self, name: str) -> str:
        """Returns the program's latest log."""

    async def sql(self, service: str, *statements: str, database: str = "") -> None:
        """Runs each statement in the service's database, with the service's role.

        Args:
            database: another one of the same server.
        """

    def session(
        self, service: str, *statements: str
    ) -> AbstractAsyncContextManager[None]:
        """A session of its own, whose transaction stays open after the statements."""

    async def broker(self, *words: str) -> None:
        """Runs `rabbitmqctl` with these words."""

    async def run_script(self, service: str, script: Path, *words: str) -> None:
        """Runs the Python script with the packages and the settings of the service."""

    async def lend(self, service: str, file: Path) -> str:
        """Returns a path at which the service reads the file until `undo_settings`."""

    async def restart_with(self, service: str, settings: Mapping[str, str]) -> None:
        """Restarts the service with these settings beside its own."""

    async def undo_settings(self, service: str) -> None:
        """Restarts the service with its own settings if it has others."""

    async def change_files(
        self, files: Files, change: Callable[[bytes], bytes]
    ) -> None:
        """Changes each of the files, and restarts their reader."""

    async def restore_files(self, files: Files) -> None:
        """Restores the files and restarts their reader if they were changed."""

    def hung(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def throttled(self, name: str) -> AbstractAsyncContextManager[None]:
        """The program gets too little of the processor while this lasts."""

    async def resume(self, name: str) -> None:
        """Ends `hung` and `throttled`, also after the process that began them."""

    def unwatched(self) -> AbstractAsyncContextManager[None]:
        """While this lasts, a broker that does not work is not restarted."""

    async def watch(self) -> None:
        """Ends `unwatched`, also after the process that began it."""
