"""Asking like a well-behaved client: again after a silence or a "not now", with the
same Idempotency-Key, not before Retry-After, and for a limited time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tools.faults.client_log import IN_PROGRESS, NO_ANSWER, Answer, Wish

ANSWER_SECONDS = 5.0
LONGEST_PAUSE = 2.0


@dataclass
class Asking:
    """
    Attributes:
        is_enough: whether no further attempt is to be made.
        headers: how the client is known.
    """

    choice: Random
    is_enough: Callable[[], bool]
    headers: Mapping[str, str]

    async def for_(
        self,
        wish: Wish,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Answer | None:
        """Asks until there is a final answer; None where there was none in time."""
        while not self.is_enough():
            answer = await self.once_for(
                wish, client, method, path, headers=headers, **request
            )
            if answer is not None and _is_final(answer):
                return answer
            await asyncio.sleep(self.choice.uniform(0.2, 1.0) * LONGEST_PAUSE)
        return None

    async def once_for(
        self,
        wish: Wish,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = ANSWER_SECONDS,
        **request: Any,
    ) -> Answer | None:
        """Asks once; None where nothing was sent."""
        try:
            response = await client.request(
                method,
                path,
                headers={**self.headers, **(headers or {})},
                timeout=httpx.Timeout(seconds, pool=None),
                **request,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return None
        except httpx.TransportError:
            answer = Answer(NO_ANSWER)
        else:
            answer = _read(response)
        wish.answers.append(answer)
        return answer


def _is_final(answer: Answer) -> bool:
    return answer.status not in (NO_ANSWER, 503) and answer.code != IN_PROGRESS


def _read(response: httpx.Response) -> Answer:
    try:
        body = response.json()
    except ValueError:
        return Answer(response.status_code)
    return Answer(response.status_code, str(body.get("code", "")), body.get("id"))
