"""The platform that a drill breaks."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from signal import Signals
from typing import Protocol


class Target(Protocol):
    """A running platform, as processes or as containers."""

    def url(self, service: str) -> str: ...

    def environment(self, name: str) -> Mapping[str, str]: ...

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

    async def start(self, name: str) -> None:
        """Starts the program if it does not run, and waits until it is ready."""

    async def restart_with(self, name: str, settings: Mapping[str, str]) -> None:
        """Restarts the program with these settings beside its own."""

    async def undo_settings(self, name: str) -> None:
        """Restarts the program with its own settings if it has others."""

    async def change_files(
        self, folder: str, pattern: str, change: Callable[[bytes], bytes]
    ) -> None:
        """Changes these files of a folder that a setting of a program names."""

    async def restore_files(self, folder: str) -> None:
        """Restores the files of the folder that were changed, if there are any."""

    def signal(self, name: str, number: Signals) -> None:
        """Sends the signal to the program and to all processes that it has started."""

    def hung(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def log(self, name: str) -> str:
        """Returns the program's latest log."""
