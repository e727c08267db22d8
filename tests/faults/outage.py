"""Living through a fault, and noting down what every service said meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import httpx

from chassis.testing import eventually
from tests.faults.call import Call
from tests.faults.calls import calls_of
from tests.faults.expectations import BY_SERVICES, expected
from tests.faults.faults import SERVICES, Fault
from tests.faults.scene import Scene, set_scene
from tests.faults.stalls import Stalls
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

PROBLEM = "application/problem+json"
# It needs nothing: how long it takes is how slow the machine is.
IDLEST = ": GET /health/live"
NOT_VALIDATED = "503 authentication_unavailable"
SUCCESS = ("200", "201", "204")
# A breaker then lets one call through, even if the peer is not ready.
BREAKER_OPEN_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """
    Attributes:
        began, ended: on the monotonic clock.
        stalled: seconds for which the machine stood still meanwhile.
    """

    said: str
    began: float
    ended: float
    stalled: float = 0.0

    @property
    def seconds(self) -> float:
        return self.ended - self.began - self.stalled


_Asking = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True)
class Outage:
    """The expected and the actual outcomes during the fault.

    Attributes:
        expected, answers: by service and operation, as `user-service: GET /me`.
        health: of each service that ran, its status and what it said is down.
        processes: the processes of these services, before.
    """

    fault: Fault
    shop: Shop
    scene: Scene
    expected: Mapping[str, str]
    answers: Mapping[str, Answer]
    health: Mapping[str, tuple[str, ...]]
    processes: Mapping[str, int]

    def late(self, limit: float) -> dict[str, Answer]:
        """Returns the answers slower than the limit and the slowness of the machine."""
        slowness = max(
            answer.seconds for name, answer in self.answers.items() if IDLEST in name
        )
        return {
            name: answer
            for name, answer in self.answers.items()
            if answer.seconds > limit + (0 if IDLEST in name else slowness)
        }

    def succeeded(self, operation: str) -> bool:
        answer = self.answers.get(operation)
        return answer is not None and answer.said in SUCCESS


async def live_through(fault: Fault, platform: Platform, shop: Shop) -> Outage:
    await is_well(shop)
    scene = await set_scene(shop)
    calls: dict[str, _Asking] = {}
    expectations: dict[str, str] = {}
    for service in fault.asked:
        prepared = await calls_of(service, shop, scene)
        for operation, declared in (await _operations(shop, service)).items():
            name = f"{service}: {operation}"
            call = prepared.get(operation)
            if call is None:
                expectations[name] = "to be called by calls.py"
                continue
            expectations[name] = expected(fault, service, operation, declared, call)
            calls[name] = partial(_ask, call)
    processes = {name: platform.pid(name) for name in fault.survivors}
    async with fault.state(platform, fault.name):
        async with Stalls.observed() as stalls:
            answers = await _ask_all(calls, expectations)
        health = await _tell_health(fault, shop)
    answers = {
        name: replace(answer, stalled=stalls.seconds(answer.began, answer.ended))
        for name, answer in answers.items()
    }
    return Outage(fault, shop, scene, expectations, answers, health, processes)


async def _ask_all(
    calls: Mapping[str, _Asking], expectations: Mapping[str, str]
) -> dict[str, Answer]:
    """Those that may have to wait for what is away do so at the same time, and with
    them the idlest of all, for comparison; the others follow one by one, so that they
    need not wait for each other."""
    waiting = [
        name
        for name in calls
        if expectations[name] not in SUCCESS or name.endswith(IDLEST)
    ]
    # First those by services: a crowd of users' tokens, which user-service cannot check
    # without its database, opens the breaker.
    by_services = [name for name in waiting if BY_SERVICES in name]
    by_users = [name for name in waiting if BY_SERVICES not in name]
    found: dict[str, Answer] = {}
    for names in (by_services, by_users):
        answers = await asyncio.gather(*(calls[name]() for name in names))
        found.update(zip(names, answers, strict=True))
    for name, call in calls.items():
        if name not in found or _was_not_validated(found[name], expectations[name]):
            found[name] = await _ask_until_validated(call, expectations[name])
    return found


async def _ask_until_validated(call: _Asking, expectation: str) -> Answer:
    """Repeats the call while a crowd of such requests keeps the breaker open."""
    answer = await call()

    async def is_validated() -> bool:
        nonlocal answer
        if _was_not_validated(answer, expectation):
            answer = await call()
        return not _was_not_validated(answer, expectation)

    with suppress(AssertionError):
        await eventually(is_validated, within=BREAKER_OPEN_SECONDS + 15, every=0.5)
    return answer


def _was_not_validated(answer: Answer, expectation: str) -> bool:
    """Whether user-service, in a crowd on a busy machine, did not get to the token
    within its second: that says nothing of the fault, and is worth another try."""
    return answer.said == NOT_VALIDATED != expectation


async def is_well(shop: Shop, within: float = 60) -> None:
    async def check() -> bool:
        found = {name: await health_of(shop, name) for name in SERVICES}
        assert found == dict.fromkeys(SERVICES, ("healthy",))
        for name in SERVICES:
            ready = await shop.client(name).get("/health/ready")
            assert ready.status_code == 200, f"{name} is not ready"
        return True

    await eventually(check, within=within, every=0.2)


async def health_of(shop: Shop, service: str) -> tuple[str, ...]:
    try:
        report = (await shop.client(service).get("/health")).json()
    except httpx.TransportError as error:
        return (type(error).__name__,)
    down = [name for name, state in report["checks"].items() if state == "down"]
    return (report["status"], *down)


async def _tell_health(fault: Fault, shop: Shop) -> dict[str, tuple[str, ...]]:
    """Returns the health reports once they are as expected, or after a while."""
    found: dict[str, tuple[str, ...]] = {}

    async def agrees() -> bool:
        answers = await asyncio.gather(
            *(health_of(shop, name) for name in fault.survivors)
        )
        found.update(zip(fault.survivors, answers, strict=True))
        return found == fault.health

    with suppress(AssertionError):
        await eventually(agrees, within=8, every=0.5)
    return found


async def _operations(shop: Shop, service: str) -> dict[str, dict[str, Any]]:
    document = (await shop.client(service).get("/openapi.json")).json()
    return {
        f"{method.upper()} {path}": declared
        for path, methods in document["paths"].items()
        for method, declared in methods.items()
    }


async def _ask(call: Call) -> Answer:
    began = time.monotonic()
    try:
        said = _said((await call.send()).response)
    except httpx.TransportError as error:
        said = type(error).__name__
    return Answer(said, began, time.monotonic())


def _said(answer: httpx.Response) -> str:
    """The status and, of a problem, its code."""
    if answer.headers.get("Content-Type") != PROBLEM:
        return str(answer.status_code)
    said = f"{answer.status_code} {answer.json()['code']}"
    if answer.status_code == 503 and "Retry-After" not in answer.headers:
        said += " without Retry-After"
    return said
