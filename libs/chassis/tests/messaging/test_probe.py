"""The probe of the broker, and its queue."""

import asyncio

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection

from chassis import ping_broker
from chassis._messaging import publisher
from chassis._messaging.publisher import connect
from chassis.testing import Network


async def test_probe_leaves_one_message_at_most(
    broker_url: str, channel: AbstractChannel
) -> None:
    name = "probed-service"
    queue_name = f"{name}.probe"
    for _ in range(3):
        await ping_broker(broker_url, name)
    queue = await channel.declare_queue(queue_name, passive=True)
    assert queue.declaration_result.message_count == 0
    await channel.queue_delete(queue_name)


async def test_probe_fails_when_its_queue_accepts_nothing(
    broker_url: str, channel: AbstractChannel
) -> None:
    """Simulates a broker whose disk was full."""
    name = "refused-service"
    await channel.declare_queue(f"{name}.probe", durable=True)
    with pytest.raises(aio_pika.exceptions.ChannelPreconditionFailed):
        await ping_broker(broker_url, name)
    await channel.queue_delete(f"{name}.probe")


async def test_probe_fails_when_broker_hangs_after_handshake(
    broker_network: tuple[Network, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, url = broker_network

    async def connect_and_hang(url: str) -> AbstractConnection:
        connection = await connect(url)
        network.hang()
        return connection

    monkeypatch.setattr("chassis._messaging.broker_probe.connect", connect_and_hang)
    monkeypatch.setattr("chassis._messaging.broker_probe.CONNECT_SECONDS", 0.2)
    async with asyncio.timeout(10):
        with pytest.raises(TimeoutError):
            await ping_broker(url, "hung-service")


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_abandoned_connection_is_closed_while_broker_hangs(
    broker_network: tuple[Network, str],
    monkeypatch: pytest.MonkeyPatch,
    is_cancelled: bool,
) -> None:
    """Its finalizer has nothing to close, in whichever thread and test it runs."""
    monkeypatch.setattr(publisher, "CLOSE_SECONDS", 60.0 if is_cancelled else 0.1)
    network, url = broker_network
    connection = await publisher.connect(url)
    network.hang()
    abandoning = asyncio.create_task(publisher.abandon(connection))
    if is_cancelled:
        await asyncio.sleep(0)
        abandoning.cancel()
    await asyncio.wait({abandoning})
    assert connection.is_closed
