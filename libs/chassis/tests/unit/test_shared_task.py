"""Requests that several callers share, and that fail after all callers have left."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chassis import Deadline, Peer, RemoteTokenValidator, ServiceTokens
from chassis._authentication import service_tokens, token_validation
from chassis.testing import a_peer


def call_as_service(users: Peer) -> Awaitable[object]:
    tokens = ServiceTokens(users, "order-service", SecretStr("secret"))
    return tokens.call(users, "GET", "/thing", Deadline.after(30))


def validate_token(users: Peer) -> Awaitable[object]:
    return RemoteTokenValidator(users).validate("token")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no hung service."""
    monkeypatch.setattr(service_tokens, "TOKEN_SECONDS", 30.0)
    monkeypatch.setattr(token_validation, "VALIDATION_SECONDS", 30.0)


@pytest.mark.parametrize("call", [call_as_service, validate_token])
async def test_error_after_all_callers_left_is_not_logged(
    call: Callable[[Peer], Awaitable[object]],
) -> None:
    gc.collect()  # of what other tests have left
    of_others = asyncio.all_tasks()
    unretrieved: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: unretrieved.append(context))
    is_sent, is_answered = asyncio.Event(), asyncio.Event()

    async def answer(_: httpx.Request) -> httpx.Response:
        is_sent.set()
        await is_answered.wait()
        return httpx.Response(400)

    caller = asyncio.ensure_future(call(a_peer(httpx.MockTransport(answer))))
    await is_sent.wait()
    caller.cancel()
    await asyncio.wait({caller})
    is_answered.set()
    await asyncio.wait(asyncio.all_tasks() - of_others)
    del caller
    gc.collect()
    assert unretrieved == []
