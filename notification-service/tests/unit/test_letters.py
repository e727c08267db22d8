from collections.abc import Callable
from typing import Any

import pytest
from jinja2 import PackageLoader

from app.letters.letters import Letters
from tests.factories.events import (
    inventory_low,
    order_event,
    order_rejected,
    user_registered,
)

LETTERS = Letters()


NAME = "Ada Lovelace"


def text(letter: str, name: str | None = NAME, **values: Any) -> str:
    return LETTERS.text(letter, name=name, order=order_event(**values).data)


def html(letter: str, name: str | None = NAME, **values: Any) -> str:
    order = order_event(**values).data
    return LETTERS.html(letter, subject="Your order", name=name, order=order)


def test_confirmation_has_order_items_and_address() -> None:
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
        "12 St James's Square, London\n"
        "\n"
        "We will write again when it is on its way.\n"
        "\n"
        "Pannier\n"
    )


def test_html_has_same_content() -> None:
    letter = html("order_created")
    for said in ("Ada Lovelace", "ORD-20260131-000017", "Lamp", "19.99", "London"):
        assert said in letter


def test_html_is_escaped() -> None:
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html("order_created", name="<b>Ada</b>")


def test_text_is_not_escaped() -> None:
    assert "Hello O'Hara & Co," in text("order_created", name="O'Hara & Co")


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "http" not in html("order_created")


def test_greeting_works_without_name() -> None:
    assert text("order_created", name=None).startswith("Hello,\n")
    assert "<p>Hello,</p>" in html("order_created", name=None)


def test_letter_without_address_mentions_none() -> None:
    assert "send it to" not in text("order_created", shipping_address=None)
    assert "send it to" not in html("order_created", shipping_address=None)


def test_cancellation_has_reason_if_known() -> None:
    assert "is cancelled (out of stock):" in text(
        "order_cancelled", reason="out of stock"
    )
    assert "is cancelled:" in text("order_cancelled", reason=None)
    assert "is cancelled (out of stock):" in html(
        "order_cancelled", reason="out of stock"
    )


def test_status_change_names_status() -> None:
    assert "ORD-20260131-000017 is shipped" in text(
        "order_status_changed", status="shipped"
    )
    assert "ORD-20260131-000017 is delivered" in html(
        "order_status_changed", status="delivered"
    )


def test_rejection_has_reason_and_products() -> None:
    order = order_rejected(
        rejected_items=[
            {"product_id": 1, "code": "insufficient_stock"}
            | {"requested": 3, "available": 0},
            {"product_id": 2, "code": "price_changed"}
            | {"agreed_price": "19.99", "unit_price": "1021"},
            {"product_id": 3, "code": "unknown_product"},
        ]
    ).data
    reason = "A price has changed since you agreed to it."
    products = (
        "Product 1: 0 available, you ordered 3",
        "Product 2: 1,021.00 each, you agreed to 19.99",
        "Product 3: no longer sold",
    )
    assert LETTERS.text("order_rejected", name=NAME, order=order) == (
        "Hello Ada Lovelace,\n"
        "\n"
        "we could not place your order ORD-20260131-000017.\n"
        f"{reason}\n"
        "\n"
        f"{products[0]}\n{products[1]}\n{products[2]}\n"
        "\n"
        "You pay nothing for this order, and nothing will be sent.\n"
        "\n"
        "Pannier\n"
    )
    letter = LETTERS.html(
        "order_rejected", subject="Your order", name=NAME, order=order
    )
    for said in (reason, *(f"<li>{product}</li>" for product in products)):
        assert said in letter


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("insufficient_stock", "There is not enough stock."),
        ("unknown_product", "One of its products is no longer sold."),
        ("total_too_large", "Its total is larger than we can accept."),
        ("cancelled_by_shop", "The shop has cancelled it."),
        ("<b>of a later release</b>", "It is not available as you ordered it."),
    ],
)
def test_rejection_has_a_sentence_for_its_reason(reason: str, said: str) -> None:
    order = order_rejected(reason=reason, rejected_items=[]).data
    assert f"\n{said}\n\nYou pay" in LETTERS.text(
        "order_rejected", name=NAME, order=order
    )
    letter = LETTERS.html(
        "order_rejected", subject="Your order", name=NAME, order=order
    )
    assert said in letter
    assert "<ul>" not in letter


def test_large_amounts_are_exact() -> None:
    assert "Total: 99,999,999.99" in text("order_created", total_amount="99999999.99")


def test_welcome_names_account() -> None:
    user = user_registered().data
    assert LETTERS.text("welcome", name=NAME, user=user).startswith(
        'Hello Ada Lovelace,\n\nyour account "ada" is open.'
    )
    letter = LETTERS.html("welcome", subject="Welcome", name=NAME, user=user)
    assert "&ldquo;ada&rdquo;" in letter


def test_low_stock_letter_has_numbers() -> None:
    stock = inventory_low(product_name="Lamp <40 W>").data
    numbers = "3 available (your threshold is 5)"
    letter = LETTERS.text("inventory_low", name=None, stock=stock)
    assert f"Lamp <40 W>: {numbers}" in letter
    letter = LETTERS.html("inventory_low", subject="Low", name=None, stock=stock)
    assert f"<strong>Lamp &lt;40 W&gt;</strong>: {numbers}" in letter


def test_sold_out_product_is_named_as_such() -> None:
    stock = inventory_low(product_name="Lamp <40 W>", available=0).data
    letter = LETTERS.text("inventory_low", name=None, stock=stock)
    assert letter == (
        "Hello,\n\none of your products is sold out:\n\n"
        "  Lamp <40 W>: none available\n\n"
        "Restock it to continue selling it.\n\nPannier\n"
    )
    letter = LETTERS.html("inventory_low", subject="Out", name=None, stock=stock)
    assert "<strong>Lamp &lt;40 W&gt;</strong>: none available" in letter


INJECTED = "Lamp\r\n\r\nYour payment failed.\u2028Pay at …"


def test_older_event_cannot_add_a_paragraph() -> None:
    customer = {"user_id": 3, "username": "ada", "name": INJECTED, "email": None}
    event = order_event(customer=customer, shipping_address=f"1 Row\n\n{INJECTED}")
    event.data.items[0].product_name = "Lamp"
    letter = LETTERS.text(
        "order_created", name=event.data.customer.name, order=event.data
    )
    quoted = "Lamp Your payment failed. Pay at …"
    assert f"Hello {quoted},\n\nthank you" in letter
    assert "\n1 Row, Lamp, Your payment failed., Pay at …\n" in letter
    assert inventory_low(product_name=INJECTED).data.product_name == quoted


@pytest.mark.parametrize("write", [Letters.text, Letters.html])
def test_letters_need_no_file_after_start(
    monkeypatch: pytest.MonkeyPatch, write: Callable[..., str]
) -> None:
    letters = Letters()
    monkeypatch.setattr("os.path.isfile", lambda _: False)
    monkeypatch.delattr(PackageLoader, "get_source")
    user = user_registered(username="countess").data
    assert "countess" in write(letters, "welcome", subject="", name="", user=user)
