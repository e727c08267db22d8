"""The messages of an app that cannot start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from fastapi import FastAPI
from starlette.types import Message

from chassis._http.startup import StartupMiddleware


async def startup_of(failure: BaseException) -> list[Message]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        raise failure
        yield

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(StartupMiddleware)
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        heard.append(message)

    scope = {"type": "lifespan", "app": app, "state": {}}
    with suppress(ValueError):
        await app(scope, receive, send)
    return heard


async def test_refusal_is_printed_without_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard = await startup_of(SystemExit("error: KEY: is missing"))
    assert heard == [{"type": "lifespan.startup.failed"}]
    assert capsys.readouterr().err == "error: KEY: is missing\n"


async def test_bug_is_reported_with_traceback() -> None:
    [message] = await startup_of(ValueError("a bug"))
    assert message["type"] == "lifespan.startup.failed"
    assert "Traceback" in message["message"]
    assert "a bug" in message["message"]
