"""The promise that an access token is rejected a second after its session has ended."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx

from chassis.testing import eventually

PROMISED_SECONDS = 1.0

Request = Callable[[], Awaitable[httpx.Response]]


async def all_are_rejected_in_time(requests: Sequence[Request]) -> None:
    """Repeats requests with the token, from the end of its session on.

    No request may be accepted that is sent a second later, however late the machine is.
    A service that answers 503, because it could not check the token, did not accept it.
    """
    ended = time.monotonic()
    late: list[str] = []

    async def is_rejected(request: Request) -> bool:
        seconds = time.monotonic() - ended
        answer = await request()
        if seconds > PROMISED_SECONDS and answer.status_code not in (401, 503):
            late.append(f"{answer.url}: {answer.status_code} after {seconds:.2f} s")
        return answer.status_code == 401

    async def are_rejected() -> bool:
        # `eventually` would repeat an assertion that fails here.
        return all(await asyncio.gather(*map(is_rejected, requests))) or bool(late)

    await eventually(are_rejected, within=20)
    assert not late, "; ".join(late)
