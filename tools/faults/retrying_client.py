"""Retries like a well-behaved client.

It repeats the same request, with the same Idempotency-Key, after a 502, 503, 504 or no
answer, after a pause, and for a limited time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tools.client import service
from tools.faults.client_log import IN_PROGRESS, NO_ANSWER, TRY_AGAIN, Answer, Wish

ANSWER_SECONDS = 5.0
LONGEST_PAUSE = 2.0

Request = Callable[[], Awaitable[service.Answer[Any]]]


@dataclass
class RetryingClient:
    """
    Attributes:
        is_enough: tells whether the client makes no further attempt.
    """

    choice: Random
    is_enough: Callable[[], bool]

    async def send(self, wish: Wish, request: Request) -> Answer | None:
        """Retries until an answer is final; returns None if none is in time."""
        while not self.is_enough():
            answer = await self.send_once(wish, request)
            if answer is not None and _is_final(answer):
                return answer
            await asyncio.sleep(self.choice.uniform(0.2, 1.0) * LONGEST_PAUSE)
        return None

    async def send_once(self, wish: Wish, request: Request) -> Answer | None:
        """Returns None if the request was not sent."""
        try:
            response = (await request()).response
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return None
        except httpx.TransportError:
            answer = Answer(NO_ANSWER)
        else:
            answer = _read(response)
        wish.answers.append(answer)
        return answer


def _is_final(answer: Answer) -> bool:
    return answer.status not in TRY_AGAIN and answer.code != IN_PROGRESS


def _read(response: httpx.Response) -> Answer:
    try:
        body = response.json()
    except ValueError:
        return Answer(response.status_code)
    code, made = str(body.get("code", "")), body.get("id")
    return Answer(response.status_code, code, made, of_gateway="service" in body)
