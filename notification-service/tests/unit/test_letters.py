from typing import Any

from app.services.letters import Letters
from tests.factories.orders import ADA, order_event

LETTERS = Letters()


def text(letter: str, **values: Any) -> str:
    return LETTERS.text(letter, order=order_event(**values).data)


def html(letter: str, **values: Any) -> str:
    return LETTERS.html(letter, subject="Your order", order=order_event(**values).data)


def test_a_confirmation_tells_of_the_order_its_items_and_its_address() -> None:
    assert text("order_created") == (
        "Hello Ada Lovelace,\n"
        "\n"
        "thank you for your order ORD-20260131-000017. It is confirmed:\n"
        "\n"
        "  2 x Lamp, 19.99 each: 39.98\n"
        "\n"
        "  Total: 39.98\n"
        "\n"
        "We will send it to:\n"
        "\n"
        "12 St James's Square\n"
        "London\n"
        "\n"
        "We will write again when it is on its way.\n"
        "\n"
        "Pannier\n"
    )


def test_the_html_tells_the_same() -> None:
    letter = html("order_created")
    for said in ("Ada Lovelace", "ORD-20260131-000017", "Lamp", "19.99", "London"):
        assert said in letter


def test_html_is_escaped() -> None:
    customer = ADA | {"name": "<b>Ada</b>"}
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html("order_created", customer=customer)


def test_text_is_not_escaped() -> None:
    customer = ADA | {"name": "O'Hara & Co"}
    assert "Hello O'Hara & Co," in text("order_created", customer=customer)


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "http" not in html("order_created")


def test_who_gave_no_name_is_greeted_by_username() -> None:
    customer = ADA | {"name": None}
    assert text("order_created", customer=customer).startswith("Hello ada,")


def test_without_an_address_none_is_spoken_of() -> None:
    assert "send it to" not in text("order_created", shipping_address=None)
    assert "send it to" not in html("order_created", shipping_address=None)


def test_a_cancellation_gives_its_reason_if_there_is_one() -> None:
    assert "is cancelled (out of stock):" in text(
        "order_cancelled", reason="out of stock"
    )
    assert "is cancelled:" in text("order_cancelled", reason=None)
    assert "is cancelled (out of stock):" in html(
        "order_cancelled", reason="out of stock"
    )


def test_a_change_of_status_names_the_status() -> None:
    assert "ORD-20260131-000017 is shipped" in text(
        "order_status_changed", status="shipped"
    )
    assert "ORD-20260131-000017 is delivered" in html(
        "order_status_changed", status="delivered"
    )


def test_large_amounts_are_exact() -> None:
    assert "Total: 99,999,999.99" in text("order_created", total_amount="99999999.99")
