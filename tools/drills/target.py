"""The platform that a drill breaks."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Target(Protocol):
    """A running platform, as processes or as containers."""

    def url(self, service: str) -> str: ...

    def environment(self, name: str) -> Mapping[str, str]: ...

    async def sql(self, service: str, *statements: str) -> None:
        """Runs each statement in the service's database, with the service's role."""

    def session(
        self, service: str, *statements: str
    ) -> AbstractAsyncContextManager[None]:
        """A session of its own, whose transaction stays open after the statements."""

    async def broker(self, *words: str) -> None:
        """Runs `rabbitmqctl` with these words."""

    def stopped(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def hung(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def log(self, name: str) -> str:
        """Returns the program's latest log."""
