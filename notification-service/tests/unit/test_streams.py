import asyncio
import time

import pytest

from app.services.streams import Streams, TooManyStreams


def test_a_process_has_only_so_many_streams() -> None:
    streams = Streams(limit=2)
    with (
        streams.opened(1),
        streams.opened(2),
        pytest.raises(TooManyStreams),
        streams.opened(3),
    ):
        pass
    with streams.opened(3):
        pass


def test_one_user_does_not_take_them_all() -> None:
    streams = Streams(limit_of_one_user=1)
    with (
        streams.opened(1),
        streams.opened(2),
        pytest.raises(TooManyStreams),
        streams.opened(1),
    ):
        pass
    with streams.opened(1):
        pass


async def test_at_the_end_nobody_waits_any_longer() -> None:
    streams = Streams()
    pausing = asyncio.create_task(streams.pause(60))
    began = time.monotonic()
    streams.end()
    assert await pausing is False
    assert time.monotonic() - began < 1
    with pytest.raises(TooManyStreams), streams.opened(1):
        pass


async def test_before_the_end_streams_go_on() -> None:
    assert await Streams().pause(0.01) is True
