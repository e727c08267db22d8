"""Requests with the same Idempotency-Key place one order."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event, update

from app.errors import (
    InsufficientStock,
    OrderingUnavailable,
    PriceChanged,
)
from app.models import IdempotencyKey, OrderStatus
from app.schemas.order import OrderCreate
from app.services import check_out
from app.services.check_out import CheckOut
from chassis import (
    Database,
    IdempotencyKeyReused,
    IdempotencyKeys,
    PeerTimeout,
    PeerUnreachable,
    RequestInProgress,
)
from tests.factories import (
    AMPLE_SECONDS,
    a_draft,
    a_user,
    abandon,
    ample_time,
    as_stored,
)
from tests.fake_products import FakeProducts, die


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request waits 0.3 s for its twin, and its attempts have ample time."""
    least = AMPLE_SECONDS - 0.3
    monkeypatch.setattr(check_out, "MIN_ATTEMPT_SECONDS", least)


async def test_ten_concurrent_requests_place_one_order(
    checkout: CheckOut, products: FakeProducts
) -> None:
    placements = await asyncio.gather(
        *(
            checkout.place(a_user(), a_draft((1, 2)), "key", ample_time())
            for _ in range(10)
        )
    )
    assert len({p.order.id for p in placements}) == 1
    assert [p.replayed for p in placements].count(False) == 1
    assert all(p.order.status == OrderStatus.CONFIRMED for p in placements)
    assert products.available[1] == 98


async def test_order_is_stored_and_confirmed_by_one_statement_each(
    checkout: CheckOut,
) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await checkout.place(a_user(), a_draft((1, 2), (2, 1)), None, ample_time())
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == 2


async def test_keys_are_separate_for_each_user(checkout: CheckOut) -> None:
    mine = await checkout.place(a_user(1), a_draft(), "key", ample_time())
    other = await checkout.place(a_user(2), a_draft(), "key", ample_time())
    assert mine.order.id != other.order.id


async def test_key_with_another_body_is_invalid(checkout: CheckOut) -> None:
    await checkout.place(a_user(), a_draft((1, 1)), "key", ample_time())
    with pytest.raises(IdempotencyKeyReused):
        await checkout.place(a_user(), a_draft((1, 2)), "key", ample_time())


async def test_new_optional_field_keeps_fingerprint(
    checkout: CheckOut,
) -> None:
    class NextOrderCreate(OrderCreate):
        gift_wrap: str | None = None

    now = a_draft((1, 1))
    later = NextOrderCreate(items=now.items)
    first = await checkout.place(a_user(), now, "key", ample_time())
    again = await checkout.place(a_user(), later, "key", ample_time())
    assert again.order.id == first.order.id


@pytest.mark.parametrize(("seconds", "replayed"), [(-5, True), (5, False)])
async def test_key_is_kept_for_24_hours(
    database: Database, checkout: CheckOut, seconds: int, replayed: bool
) -> None:
    await checkout.place(a_user(), a_draft(), "key", ample_time())
    async with database.transaction() as session:
        older = IdempotencyKey.created_at - timedelta(hours=24, seconds=seconds)
        await session.execute(update(IdempotencyKey).values(created_at=older))
    again = await checkout.place(a_user(), a_draft(), "key", ample_time())
    assert again.replayed is replayed


async def test_unreadable_key_conflicts_eventually(
    checkout: CheckOut, short_wait: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[object] = []

    async def find_nothing(keys: IdempotencyKeys[IdempotencyKey]) -> None:
        reads.append(keys)

    await checkout.place(a_user(), a_draft(), "key", ample_time())
    monkeypatch.setattr(IdempotencyKeys, "find", find_nothing)
    with pytest.raises(RequestInProgress):
        await checkout.place(a_user(), a_draft(), "key", ample_time())
    assert len(reads) < 10


async def test_rejection_is_replayed_unchanged(
    checkout: CheckOut, products: FakeProducts
) -> None:
    with pytest.raises(InsufficientStock) as first:
        await checkout.place(a_user(), a_draft((1, 999)), "key", ample_time())
    products.available[1] = 1000
    with pytest.raises(InsufficientStock) as replayed:
        await checkout.place(a_user(), a_draft((1, 999)), "key", ample_time())
    assert replayed.value.detail == first.value.detail
    assert replayed.value.context == first.value.context


async def test_changed_price_reserves_nothing_and_is_replayed(
    checkout: CheckOut, products: FakeProducts
) -> None:
    draft = a_draft((1, 2), agreed="9.00")
    with pytest.raises(PriceChanged) as first:
        await checkout.place(a_user(), draft, "key", ample_time())
    products.price = Decimal("9.00")
    with pytest.raises(PriceChanged) as replayed:
        await checkout.place(a_user(), draft, "key", ample_time())
    assert first.value.context["items"][0]["unit_price"] == "10.00"
    assert replayed.value.context == first.value.context
    assert (first.value.replayed, replayed.value.replayed) == (False, True)
    assert products.available[1] == 100


async def test_agreed_price_is_charged(checkout: CheckOut) -> None:
    draft = a_draft((1, 2), agreed="10")
    placed = await checkout.place(a_user(), draft, None, ample_time())
    assert placed.order.total_amount == Decimal("20.00")


async def test_order_of_items_does_not_matter(checkout: CheckOut) -> None:
    first = a_draft((1, 2), (2, 1))
    swapped = a_draft((2, 1), (1, 2))
    placed = await checkout.place(a_user(), first, "key", ample_time())
    again = await checkout.place(a_user(), swapped, "key", ample_time())
    assert (again.order.id, again.replayed) == (placed.order.id, True)
    assert [i.product_id for i in again.order.items] == [1, 2]


@pytest.mark.parametrize("agreed", [None, "9.99"])
async def test_another_agreed_price_is_another_body(
    checkout: CheckOut, agreed: str | None
) -> None:
    draft = a_draft((1, 2), agreed="10.00")
    await checkout.place(a_user(), draft, "key", ample_time())
    other = a_draft((1, 2), agreed=agreed)
    with pytest.raises(IdempotencyKeyReused):
        await checkout.place(a_user(), other, "key", ample_time())


async def test_unavailability_is_not_replayed(
    checkout: CheckOut, products: FakeProducts
) -> None:
    products.failure = PeerUnreachable("away")
    with pytest.raises(OrderingUnavailable):
        await checkout.place(a_user(), a_draft(), "key", ample_time())
    products.failure = None
    placement = await checkout.place(a_user(), a_draft(), "key", ample_time())
    assert placement.order.status == OrderStatus.CONFIRMED
    assert not placement.replayed


async def test_promised_order_is_replayed_as_pending(
    checkout: CheckOut, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    first = await checkout.place(a_user(), a_draft(), "key", ample_time())
    again = await checkout.place(a_user(), a_draft(), "key", ample_time())
    assert again.order.id == first.order.id
    assert again.order.status == OrderStatus.PENDING
    assert again.replayed


async def test_key_resumes_order_after_crash(
    database: Database, checkout: CheckOut, products: FakeProducts
) -> None:
    products.before_response = die
    with pytest.raises(asyncio.CancelledError):
        await checkout.place(a_user(), a_draft((1, 2)), "key", ample_time())
    products.before_response = None
    (order_id,) = products.reserved
    await abandon(database, order_id)
    resumed = await checkout.place(a_user(), a_draft((1, 2)), "key", ample_time())
    assert resumed.order.id == order_id
    assert resumed.order.status == OrderStatus.CONFIRMED
    assert products.available[1] == 98


async def test_request_with_interrupted_twin_conflicts(
    database: Database, checkout: CheckOut, products: FakeProducts, short_wait: None
) -> None:
    products.before_response = die
    with pytest.raises(asyncio.CancelledError):
        await checkout.place(a_user(), a_draft(), "key", ample_time())
    with pytest.raises(RequestInProgress):
        await checkout.place(a_user(), a_draft(), "key", ample_time())
    (order_id,) = products.reserved
    assert (await as_stored(database, order_id)).status == OrderStatus.PENDING
