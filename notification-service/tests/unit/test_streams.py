import asyncio
from contextlib import ExitStack

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


def test_full_process_takes_a_place_from_user_with_most() -> None:
    streams = Streams(limit=4)
    with (
        streams.opened(1) as single,
        streams.opened(2) as oldest,
        streams.opened(2) as second,
        streams.opened(2) as third,
        streams.opened(3) as newcomer,
    ):
        ended = [each for each in (single, oldest, second, third) if each.has_ended]
        assert ended == [oldest]
        assert not newcomer.has_ended


def test_few_users_cannot_take_all_places() -> None:
    streams = Streams(limit=20)
    with ExitStack() as stack:
        for user_id in range(4):
            for _ in range(5):
                stack.enter_context(streams.opened(user_id))
        others = [stack.enter_context(streams.opened(100 + i)) for i in range(12)]
        assert not any(each.has_ended for each in others)


def test_user_with_most_streams_gets_no_place_of_others() -> None:
    streams = Streams(limit=4)
    with (
        streams.opened(1),
        streams.opened(1),
        streams.opened(2),
        streams.opened(2),
        pytest.raises(TooManyStreams),
        streams.opened(1),
    ):
        pass


def test_place_that_was_taken_away_is_not_given_twice() -> None:
    streams = Streams(limit=2)
    with (
        streams.opened(1),
        streams.opened(1),
        streams.opened(2),
        pytest.raises(TooManyStreams),
        streams.opened(3),
    ):
        pass


def test_place_that_was_taken_away_is_freed_once() -> None:
    streams = Streams(limit=2)
    with streams.opened(1), streams.opened(1), streams.opened(2):
        pass
    with streams.opened(1), streams.opened(2):
        with pytest.raises(TooManyStreams), streams.opened(3):
            pass
        assert sorted(streams.users) == [1, 2]
    assert not streams.users


async def test_end_wakes_waiting_streams() -> None:
    streams = Streams()
    with streams.opened(1) as stream:
        pausing = asyncio.create_task(stream.is_woken_within(60))
        await asyncio.sleep(0)  # it begins to wait
        streams.end()
        assert await pausing
        assert stream.has_ended
    with pytest.raises(TooManyStreams), streams.opened(1):
        pass


async def test_only_streams_of_named_users_are_woken() -> None:
    streams = Streams()
    with streams.opened(1) as first, streams.opened(2) as second:
        streams.wake({1})
        assert await first.is_woken_within(0)
        assert not await second.is_woken_within(0)


async def test_stream_is_woken_once() -> None:
    streams = Streams()
    with streams.opened(1) as stream:
        streams.wake({1})
        assert await stream.is_woken_within(0)
        assert not await stream.is_woken_within(0.01)
        assert not stream.has_ended
