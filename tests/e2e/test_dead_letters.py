"""Dead letters of each consumer, with `make dlq` and over HTTP."""

import asyncio
import json
import os
import subprocess
import sys
import uuid

import aio_pika
import pytest

from chassis.testing import eventually
from tests.conftest import ROOT
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform


@pytest.mark.parametrize(
    ("service", "exchange", "routing_key"),
    [
        ("notification-service", "order_events", "order.created"),
        ("order-service", "user_events", "user.erased"),
    ],
)
async def test_unreadable_message_is_dead_lettered_and_replayed(
    platform: Platform, shop: Shop, service: str, exchange: str, routing_key: str
) -> None:
    event_id = str(uuid.uuid4())
    url = platform.environment(service)["RABBITMQ_URL"]
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        nonsense = aio_pika.Message(b"{}", message_id=event_id)
        await (await channel.get_exchange(exchange)).publish(nonsense, routing_key)

    async def is_dead_lettered() -> bool:
        letters = await dead_letters(platform, service, "--json")
        ours = [x for x in map(json.loads, letters) if x["id"] == event_id]
        assert [x["attempts"] for x in ours] == [1]
        assert ours[0]["reason"].startswith("UnreadableEvent")
        return True

    await eventually(is_dead_lettered, within=30)
    assert ": 1 replayed" in await replayed(event_id)
    await eventually(is_dead_lettered, within=30)

    client, path = shop.client(service), f"/dead-letters/{event_id}"
    admin = (await shop.administrator()).headers
    letter = (await client.get(path, headers=admin)).json()
    assert (letter["body"], letter["event_type"]) == ("{}", None)
    replay = await client.post(f"{path}/replay", headers=admin)
    assert replay.json()["replayed"] == 1, replay.text
    await eventually(is_dead_lettered, within=30)


async def replayed(event_id: str) -> str:
    """Returns the output for both services."""
    done = await asyncio.to_thread(
        subprocess.run,
        ["make", "dlq", f"REPLAY={event_id}"],
        cwd=REPOSITORY,
        env={**os.environ, "MODE": "local", "LOCAL_ROOT": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


async def dead_letters(platform: Platform, service: str, *words: str) -> list[str]:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.dead_letters", *words],
        cwd=REPOSITORY / service,
        env=dict(platform.environment(service)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
