"""Copies are short-lived, bounded, and never kept after an invalidation."""

from collections.abc import Callable

import pytest

from app.clients.copies import EDITION, OVERHEAD_BYTES, CatalogueCopies, Copies, Copy

LAMP = b"product:7"
COPY = Copy([(b"etag", b'"1.1"')], b"{}", '"1.1"')


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def followed(clock: Clock, max_bytes: int = 100_000) -> Copies:
    copies = Copies("product", 3.0, max_bytes, clock)
    copies.follow()
    return copies


def test_copy_is_found_until_its_life_ends(clock: Clock) -> None:
    copies = followed(clock)
    copies.keep(LAMP, COPY, copies.ticket)
    clock.now += 2.9
    assert copies.find(LAMP) is COPY
    clock.now += 0.1
    assert copies.find(LAMP) is None


def test_nothing_is_kept_while_no_invalidations_arrive(clock: Clock) -> None:
    copies = Copies("product", 3.0, clock=clock)
    copies.keep(LAMP, COPY, copies.ticket)
    assert copies.find(LAMP) is None
    copies.follow()
    copies.keep(LAMP, COPY, copies.ticket)
    copies.unfollow()
    assert copies.find(LAMP) is None
    copies.keep(LAMP, COPY, copies.ticket)
    assert copies.find(LAMP) is None


@pytest.mark.parametrize(
    "invalidate",
    [
        lambda copies: copies.drop(LAMP),
        lambda copies: copies.drop_all(),
        lambda copies: (copies.unfollow(), copies.follow()),
    ],
    ids=["dropped", "all dropped", "followed again"],
)
def test_response_read_before_invalidation_is_not_kept(
    clock: Clock, invalidate: Callable[[Copies], object]
) -> None:
    copies = followed(clock)
    ticket = copies.ticket
    invalidate(copies)
    copies.keep(LAMP, COPY, ticket)
    assert copies.find(LAMP) is None


def test_response_read_before_following_is_not_kept(clock: Clock) -> None:
    copies = Copies("product", 3.0, clock=clock)
    ticket = copies.ticket
    copies.follow()
    copies.keep(LAMP, COPY, ticket)
    assert copies.find(LAMP) is None


def test_oldest_copies_make_room(clock: Clock) -> None:
    copies = followed(clock, 3 * (OVERHEAD_BYTES + 100))
    for number in range(1, 6):
        copies.keep(b"product:%d" % number, COPY, copies.ticket)
    found = [n for n in range(1, 6) if copies.find(b"product:%d" % n)]
    assert found == [3, 4, 5]


def test_repeated_copy_takes_room_once(clock: Clock) -> None:
    copies = followed(clock, 2 * (OVERHEAD_BYTES + 100))
    copies.keep(b"product:1", COPY, copies.ticket)
    for _ in range(10):
        copies.keep(LAMP, COPY, copies.ticket)
    assert copies.find(b"product:1") is COPY
    copies.drop(LAMP)
    copies.keep(b"product:2", COPY, copies.ticket)
    assert copies.find(b"product:1") is COPY


def test_copy_larger_than_all_room_is_not_kept(clock: Clock) -> None:
    copies = followed(clock, 2 * OVERHEAD_BYTES)
    copies.keep(b"product:1", COPY, copies.ticket)
    copies.keep(LAMP, Copy([], b"x" * 3 * OVERHEAD_BYTES), copies.ticket)
    assert copies.find(LAMP) is None
    assert copies.find(b"product:1") is COPY


def test_expired_copies_leave_memory_with_next_one(clock: Clock) -> None:
    copies = followed(clock, 10 * (OVERHEAD_BYTES + 100))
    for number in range(9):
        copies.keep(b"product:%d" % number, COPY, copies.ticket)
    clock.now += 3.0
    copies.keep(LAMP, COPY, copies.ticket)
    clock.now -= 1.0
    assert copies.find(LAMP) is COPY
    assert copies.find(b"product:8") is None


def test_new_edition_drops_pages_but_no_product() -> None:
    copies = CatalogueCopies()
    copies.follow()
    copies.products.keep(LAMP, COPY, copies.products.ticket)
    copies.pages.keep(b"/products?", COPY, copies.pages.ticket)
    copies.drop(EDITION)
    assert copies.products.find(LAMP) is COPY
    assert copies.pages.find(b"/products?") is None
    copies.drop(LAMP)
    assert copies.products.find(LAMP) is None
