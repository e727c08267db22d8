"""`make demo` fills the platform with something to show, and spoils nothing."""

import subprocess
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.demo import COMMAND, demo_environment
from tools.client.shop import Person, Shop
from tools.demo.__main__ import BUYER, SELLER
from tools.demo.goods import load_goods
from tools.demo.orders import load_orders
from tools.demo.people import load_people
from tools.local.layout import REPOSITORY
from tools.local.polling import wait_until

Json = dict[str, Any]
CATEGORIES = {piece.category for piece in load_goods()}


@pytest.fixture(scope="module")
def environment(command_line: dict[str, str]) -> dict[str, str]:
    return demo_environment(command_line)


def run_demo(environment: dict[str, str]) -> str:
    return subprocess.run(
        ["make", "demo"],  # noqa: S607
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def _interrupted_then_completed(environment: dict[str, str]) -> None:
    first = subprocess.Popen(COMMAND, cwd=REPOSITORY, env=environment)  # noqa: S603
    url = f"{environment['PRODUCT_URL']}/products"

    def has_begun_with_goods() -> bool:
        listed = httpx.get(url, params={"category": "kitchen"}).json()
        return len(listed) > 2 or first.poll() is not None

    assert wait_until(has_begun_with_goods, timeout=120)
    first.kill()
    first.wait()
    run_demo(environment)


pytestmark = pytest.mark.usefixtures("_interrupted_then_completed")


async def invited(shop: Shop) -> set[int]:
    """The ids of the demo's people."""
    wanted = {person.username for person in load_people()}
    administrator = await shop.administrator()
    found: set[int] = set()
    for name in wanted:
        answer = await shop.users.get(
            "/users", params={"q": name}, headers=administrator.headers
        )
        found |= {u["id"] for u in answer.json() if u["username"] == name}
    return found


async def on_offer(shop: Shop) -> list[Json]:
    """Returns the products of the demo's people."""
    people = await invited(shop)
    found: list[Json] = []
    for category in CATEGORIES:
        path = f"/products?category={category}&limit=100"
        found += (await shop.products.get(path)).json()
    return [product for product in found if product["owner_id"] in people]


async def placed(shop: Shop, administrator: Person) -> list[Json]:
    """The orders of the demo's people, refused ones too."""
    found: dict[int, Json] = {}
    for user_id in await invited(shop):
        for only in ({}, {"status": "cancelled"}):
            answer = await shop.orders.get(
                "/orders",
                params={"user_id": user_id, "limit": 100, **only},
                headers=administrator.headers,
            )
            found |= {order["id"]: order for order in answer.json()}
    return list(found.values())


async def history(shop: Shop, administrator: Person, order: Json) -> list[Json]:
    path = f"/orders/{order['id']}/events"
    entries: list[Json] = (
        await shop.orders.get(path, headers=administrator.headers)
    ).json()
    return entries


async def test_interrupted_run_is_completed_without_repetition(shop: Shop) -> None:
    offered = Counter(product["name"] for product in await on_offer(shop))
    assert offered == Counter(piece.name for piece in load_goods())
    orders = await placed(shop, await shop.administrator())
    assert len(orders) == len(load_orders())


async def test_every_order_gets_to_its_end(shop: Shop) -> None:
    administrator = await shop.administrator()
    reached = Counter(order["status"] for order in await placed(shop, administrator))
    planned = Counter(
        "cancelled" if plan.ends == "refused" else plan.ends for plan in load_orders()
    )
    assert reached == planned


async def test_orders_have_a_history_and_refusals_a_reason(shop: Shop) -> None:
    administrator = await shop.administrator()
    reasons = {
        tuple(entry["status"] for entry in entries): entries[-1]["reason"]
        for order in await placed(shop, administrator)
        for entries in [await history(shop, administrator, order)]
    }
    assert ("pending", "confirmed", "shipped", "delivered") in reasons
    assert reasons["pending", "cancelled"]


async def test_customers_are_notified_of_each_step(shop: Shop) -> None:
    administrator = await shop.administrator()
    steps = {"confirmed": 0, "shipped": 1, "delivered": 2}
    for order in await placed(shop, administrator):
        if order["status"] in steps:
            changes = ["order.status_changed"] * steps[order["status"]]
            await shop.is_notified_of(
                administrator, order["id"], "order.created", *changes
            )


async def test_second_run_reports_no_changes(
    shop: Shop, environment: dict[str, str]
) -> None:
    administrator = await shop.administrator()
    before = await on_offer(shop), await placed(shop, administrator)
    printed = run_demo(environment)
    assert printed.count("all of them there already") == 3
    assert (await on_offer(shop), await placed(shop, administrator)) == before


def test_run_ends_with_address_of_shop(environment: dict[str, str]) -> None:
    last = run_demo(environment).rpartition("\n\n")[2]
    assert f"The shop is at {environment['GATEWAY_URL']}: sign in" in last
    assert BUYER in last
    assert SELLER in last


def test_run_without_gateway_names_no_address(environment: dict[str, str]) -> None:
    nowhere = "http://127.0.0.1:9"
    printed = run_demo({**environment, "GATEWAY_URL": nowhere})
    assert "The shop is not ready" in printed
    assert nowhere not in printed
