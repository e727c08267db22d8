"""Every state of a reservation refuses illegal changes."""

from decimal import Decimal

import pytest

from app.errors import ReservationCommitted, ReservationDiffers, ReservationReleased
from app.models.reservation import Reservation, Wanted
from tests.factories import product


@pytest.fixture
def reservation() -> Reservation:
    reservation = Reservation(order_id=17, status="reserved", items=[])
    reservation.take(product(7, price=Decimal("9.99")), 2)
    return reservation


def test_reservation_keeps_present_price() -> None:
    lamp = product(7, available=10, price=Decimal("9.99"))
    reservation = Reservation(order_id=17, status="reserved", items=[])
    reservation.take(lamp, 2)
    lamp.price = Decimal("12.00")
    assert lamp.quantity == 8
    assert reservation.items[0].unit_price == Decimal("9.99")


@pytest.mark.parametrize("others", [{7: 3}, {8: 2}, {7: 2, 8: 1}])
def test_other_items_are_refused(
    reservation: Reservation, others: dict[int, int]
) -> None:
    with pytest.raises(ReservationDiffers):
        reservation.require_same_request({p: Wanted(q) for p, q in others.items()})


def test_another_agreed_price_is_refused(reservation: Reservation) -> None:
    reservation.require_same_request({7: Wanted(2, frozenset({Decimal("9.99")}))})
    with pytest.raises(ReservationDiffers):
        reservation.require_same_request({7: Wanted(2, frozenset({Decimal("9.98")}))})


def test_committed_reservation_is_replayed(
    reservation: Reservation,
) -> None:
    reservation.commit()
    reservation.require_same_request({7: Wanted(2)})


def test_released_reservation_refuses_same_request(
    reservation: Reservation,
) -> None:
    reservation.release()
    with pytest.raises(ReservationReleased):
        reservation.require_same_request({7: Wanted(2)})


def test_repeated_commit_of_model_changes_nothing(reservation: Reservation) -> None:
    assert [reservation.commit(), reservation.commit()] == [True, False]


def test_repeated_release_of_model_changes_nothing(reservation: Reservation) -> None:
    assert [reservation.release(), reservation.release()] == [True, False]


def test_released_reservation_cannot_be_committed(reservation: Reservation) -> None:
    reservation.release()
    with pytest.raises(ReservationReleased):
        reservation.commit()


def test_committed_reservation_cannot_be_released(reservation: Reservation) -> None:
    reservation.commit()
    with pytest.raises(ReservationCommitted):
        reservation.release()
