"""The goods and orders of the demo fit each other and the schemas."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from tools.demo.goods import PICTURES, Goods, load_goods
from tools.demo.orders import STEPS, load_orders
from tools.demo.people import load_people
from tools.local.layout import REPOSITORY

GOODS = {piece.name: piece for piece in load_goods()}
PEOPLE = {person.username for person in load_people()}


@pytest.fixture(scope="module")
def offer_schema() -> dict[str, Any]:
    file = REPOSITORY / "contracts" / "openapi" / "product-service.json"
    document = json.loads(file.read_text())
    return {**document, "$ref": "#/components/schemas/ProductCreate"}


@pytest.mark.parametrize("piece", GOODS.values(), ids=GOODS)
def test_goods_are_as_the_catalogue_takes_them(
    piece: Goods, offer_schema: dict[str, Any]
) -> None:
    Draft202012Validator(offer_schema).validate(piece.offer())


def test_every_picture_belongs_to_one_product() -> None:
    pictures = sorted(piece.picture for piece in load_goods())
    assert pictures == sorted(file.name for file in PICTURES.iterdir())


def test_pictures_are_inline_svg() -> None:
    for piece in GOODS.values():
        kind, _, content = (piece.offer()["image_url"] or "").partition(",")
        assert kind == "data:image/svg+xml"
        assert ElementTree.fromstring(unquote(content)).get("viewBox")  # noqa: S314 - our own


def test_prices_have_two_decimals() -> None:
    assert all(re.fullmatch(r"\d+\.\d\d", piece.price) for piece in GOODS.values())


def test_no_two_goods_have_the_same_name() -> None:
    assert len(GOODS) == len(load_goods())


def test_some_goods_are_low_or_sold_out() -> None:
    quantities = [piece.quantity for piece in GOODS.values()]
    assert 0 in quantities
    assert any(0 < quantity <= 5 for quantity in quantities)


def test_sellers_and_customers_are_demo_people() -> None:
    assert {piece.seller for piece in GOODS.values()} <= PEOPLE
    assert {plan.customer for plan in load_orders()} <= PEOPLE


def test_orders_come_to_every_end() -> None:
    assert {plan.ends for plan in load_orders()} == STEPS.keys()


def test_customer_orders_same_items_once() -> None:
    ordered = [(p.customer, frozenset(p.items.items())) for p in load_orders()]
    assert len(set(ordered)) == len(ordered)


def test_only_rejected_orders_exceed_stock() -> None:
    wanted: Counter[str] = Counter()
    for plan in load_orders():
        if plan.ends == "refused":
            assert any(GOODS[name].quantity < n for name, n in plan.items.items())
        else:
            wanted.update(plan.items)
    assert all(GOODS[name].quantity >= n for name, n in wanted.items())
