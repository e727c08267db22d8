"""The work of administrators and sellers, and new accounts."""

import asyncio
import uuid
from functools import partial
from random import Random

from tools.client.generated.product_service import ProductService
from tools.client.generated.product_service import StockChange as NewStock
from tools.client.shop import new_account
from tools.faults.client_log import (
    Move,
    Registration,
    StockChange,
    StockChangeKind,
    Target,
)
from tools.faults.retrying_client import Request
from tools.faults.scene import Scene

LONGEST_THOUGHT = 0.6
SECONDS_BETWEEN_ACCOUNTS = (1.0, 3.0)


async def ship(scene: Scene) -> None:
    """An administrator ships orders, and delivers most of them."""
    choice = scene.choice("shipping")
    client, orders = scene.retrying(choice), scene.services(scene.admin).orders

    async def moves(order_id: int, target: Target) -> bool:
        move = Move(order_id, target)
        scene.log.moves.append(move)
        answer = await client.send(
            move, lambda: orders.change_order_status(order_id, {"status": target})
        )
        return answer is not None and answer.status == 200

    while not scene.is_over:
        if scene.placed:
            order_id = scene.placed.pop(choice.randrange(len(scene.placed)))
            if await moves(order_id, "shipped") and choice.random() < 0.7:
                await moves(order_id, "delivered")
        await asyncio.sleep(choice.uniform(0, LONGEST_THOUGHT))


async def fill_shelves(scene: Scene) -> None:
    """The seller restocks, reduces, and sometimes corrects the stock of a product."""
    choice = scene.choice("shelves")
    client, products = scene.retrying(choice), scene.services(scene.seller).products
    while not scene.is_over:
        change = _some_change(scene, choice)
        scene.log.stock_changes.append(change)
        await client.send_once(change, _request(change, products))
        await asyncio.sleep(choice.uniform(0, LONGEST_THOUGHT))


def _request(change: StockChange, products: ProductService) -> Request:
    product_id, quantity = change.product_id, change.quantity
    body: NewStock = {"quantity": quantity, "reason": change.reason}
    match change.kind:
        case "restock":
            return lambda: products.restock_product(product_id, body)
        case "reduction":
            return lambda: products.reduce_product(product_id, body)
        case "correction":
            return lambda: products.change_product(product_id, {"quantity": quantity})


def _some_change(scene: Scene, choice: Random) -> StockChange:
    shelf = choice.choice([scene.ample, scene.scarce])
    product_id, quantity = choice.choice(shelf), choice.randint(1, 8)
    kinds: list[StockChangeKind] = ["restock", "restock", "reduction", "reduction"]
    if shelf is scene.scarce:
        kinds.append("correction")
    return StockChange(product_id, choice.choice(kinds), quantity, uuid.uuid4().hex)


async def open_accounts(scene: Scene) -> None:
    """New people register; a name that is taken at the second attempt is their own."""
    choice = scene.choice("accounts")
    client, users = scene.retrying(choice), scene.services().users
    while not scene.is_over:
        name = f"new-{uuid.uuid4().hex[:12]}"
        registration = Registration(name)
        scene.log.registrations.append(registration)
        request = partial(users.register_user, new_account(name))
        await client.send(registration, request)
        await asyncio.sleep(choice.uniform(*SECONDS_BETWEEN_ACCOUNTS))
