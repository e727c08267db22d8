"""Measures what a thousand idle streams of events cost, by way of the gateway."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import psutil

from tools.bench.machine import MEGABYTE, Figure, table
from tools.bench.measuring import cpu_seconds
from tools.bench.scene import Scene
from tools.client.shop import Person, Shop
from tools.local.errors import PlatformError
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

STREAMS, STREAMS_EACH = 1_000, 5
PATH = "/api/v1/notifications/stream"
NOTIFICATIONS = "notification-service"
# Streams that begin at once, and attempts, because a busy machine refuses some.
AT_ONCE, ATTEMPTS, PAUSE_SECONDS = 10, 20, 0.5
IDLE_SECONDS = 20
FILES = STREAMS + 1_000
# Registering so many people costs more than all else.
CHEAP = {"BCRYPT_COST": "4"}


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    """One round: what the first streams take is not given back."""
    _allow_files()
    with scene.behind_gateway(CHEAP) as platform:
        async with Shop(platform) as shop:
            people = [await shop.register() for _ in range(STREAMS // STREAMS_EACH)]
        before = _memory(platform)
        async with _streams(platform, people) as streams:
            after = _memory(platform)
            idle = await _idle(platform)
            if ended := sum(each.at_eof() for each in streams):
                raise PlatformError(f"{ended} of {len(streams)} streams have ended")
    gateway = (after[GATEWAY] - before[GATEWAY]) / MEGABYTE
    service = (after[NOTIFICATIONS] - before[NOTIFICATIONS]) / MEGABYTE
    return table(
        [
            Figure(f"{STREAMS:,} idle streams, gateway", gateway, "MiB more", 60),
            Figure("  notification-service", service, "MiB more", 60),
            Figure("  CPU of all services", idle, "% of a core", 10),
        ]
    )


@asynccontextmanager
async def _streams(
    platform: Platform, people: Sequence[Person]
) -> AsyncIterator[Sequence[asyncio.StreamReader]]:
    """Holds the streams open."""
    opened: list[asyncio.StreamReader] = []
    places = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:

        async def open_one(person: Person) -> None:
            async with places:
                reader, writer = await _open(platform.url(GATEWAY), person)
            opened.append(reader)
            stack.callback(writer.close)

        async with asyncio.TaskGroup() as group:
            for person in people:
                for _ in range(STREAMS_EACH):
                    group.create_task(open_one(person))
        yield opened


async def _open(
    url: str, person: Person
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Returns the connection of a stream that has begun, after some attempts."""
    address = urlsplit(url)
    lines = [f"GET {PATH} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in person.headers.items()]
    for _ in range(ATTEMPTS):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status, *_ = (await reader.readuntil(b"\r\n\r\n")).splitlines()
        if b" 200 " in status:
            # The first event, which is the position of the stream.
            await reader.readuntil(b"id: ")
            return reader, writer
        writer.close()
        await asyncio.sleep(PAUSE_SECONDS)
    raise PlatformError(f"a stream was refused: {status.decode()}")


async def _idle(platform: Platform) -> float:
    """Returns the share of a core that the open streams cost, in percent."""
    before = cpu_seconds(platform)
    await asyncio.sleep(IDLE_SECONDS)
    after = cpu_seconds(platform)
    return (sum(after.values()) - sum(before.values())) / IDLE_SECONDS * 100


def _memory(platform: Platform) -> dict[str, int]:
    return {
        name: psutil.Process(platform.pid(name)).memory_full_info().pss
        for name in (GATEWAY, NOTIFICATIONS)
    }


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
