"""Ends a rejected start with a sentence instead of a traceback."""

import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class StartupMiddleware:
    """Prints the sentence of a `SystemExit` that is raised while the app starts.

    Starlette reports every failure with its traceback. Bugs still print theirs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._start(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _start(self, scope: Scope, receive: Receive, send: Send) -> None:
        failures: list[Message] = []

        async def hold_failure(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failures.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, hold_failure)
        except SystemExit as refusal:
            print(refusal, file=sys.stderr, flush=True)
            await send({"type": "lifespan.startup.failed"})
        except BaseException:
            for failure in failures:
                await send(failure)
            raise
