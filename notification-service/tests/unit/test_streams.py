import asyncio
import time

import pytest

from app.errors import TooManyStreams
from app.streaming.streams import Streams


def test_streams_of_process_are_limited() -> None:
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


def test_streams_of_user_are_limited() -> None:
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


async def test_end_wakes_waiting_streams() -> None:
    streams = Streams()
    pausing = asyncio.create_task(streams.pause(60))
    began = time.monotonic()
    streams.end()
    assert await pausing is False
    assert time.monotonic() - began < 1
    with pytest.raises(TooManyStreams), streams.opened(1):
        pass


async def test_streams_continue_before_end() -> None:
    assert await Streams().pause(0.01) is True
