"""Whatever is away or hangs: every endpoint answers in time, and says what is true.

Each fault is lived through once; the tests then ask what was noted down, and what has
become of it.
"""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.faults import FAULTS, RARER, Fault
from tests.faults.outage import Outage, is_well, live_through
from tests.faults.scene import comes_to_rest, place
from tests.faults.stalls import Stalls
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

# Three seconds, and a little for the client.
ANSWERED_WITHIN = 3.5
# Hashing a password takes as long as the machine needs for it.
HASHING = 4.0
HASHES = {
    f"user-service: {operation}"
    for operation in (
        "POST /register",
        "POST /login",
        "PUT /me/password",
        "POST /users",
    )
}


RARELY = [pytest.param(fault, marks=pytest.mark.slow) for fault in RARER]


@pytest_asyncio.fixture(scope="module", params=[*FAULTS, *RARELY], ids=str)
async def outage(
    platform: Platform, request: pytest.FixtureRequest
) -> AsyncIterator[Outage]:
    fault: Fault = request.param
    async with Shop(platform) as shop:
        yield await live_through(fault, platform, shop)


async def test_stall_of_machine_is_observed() -> None:
    async with Stalls.observed() as stalls:
        await asyncio.sleep(0)
        begin = time.monotonic()
        time.sleep(0.5)  # noqa: ASYNC251 -- stalls the event loop
        end = time.monotonic()
    assert 0.3 < stalls.seconds(begin, end) <= end - begin
    assert stalls.seconds(end, end + 1) < 0.1


async def test_every_endpoint_reports_fault_correctly(outage: Outage) -> None:
    said = {name: answer.said for name, answer in outage.answers.items()}
    surprises = {
        name: f"{said.get(name)} rather than {expected}"
        for name, expected in outage.expected.items()
        if said.get(name) != expected
    }
    assert surprises == {}


async def test_every_endpoint_answers_in_time(outage: Outage) -> None:
    late = {
        name: answer
        for name, answer in outage.late(ANSWERED_WITHIN).items()
        if name not in HASHES or answer.seconds > ANSWERED_WITHIN + HASHING
    }
    assert late == {}


async def test_health_names_only_the_failed_dependency(outage: Outage) -> None:
    assert outage.health == outage.fault.health


async def test_all_is_well_again_without_a_restart(
    outage: Outage, platform: Platform
) -> None:
    await is_well(outage.shop, within=30)
    assert {name: platform.pid(name) for name in outage.processes} == outage.processes


async def test_promises_are_kept_during_fault(
    outage: Outage,
) -> None:
    shop, scene = outage.shop, outage.scene
    cancel, withdraw, ship = (
        outage.succeeded(f"order-service: {operation}")
        for operation in (
            "DELETE /orders/{order_id}",
            "PUT /orders/{order_id}",
            "PATCH /orders/{order_id}/status",
        )
    )
    # Whatever was said then, the same key now comes to one order.
    placed = await place(shop, scene.ada, scene.lamp, scene.key)
    statuses = {
        scene.left: "confirmed",
        scene.dropped: "cancelled" if cancel else "confirmed",
        scene.called_off: "cancelled" if withdraw else "confirmed",
        scene.shipped: "shipped" if ship else "confirmed",
        placed: "confirmed",
    }
    await comes_to_rest(shop, scene, statuses)
