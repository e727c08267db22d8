"""Those who ship, who fill the shelves, and who open accounts."""

import asyncio
import uuid
from random import Random

from tools.client.shop import PASSWORD
from tools.faults.client_log import (
    Move,
    Registration,
    StockChange,
    StockChangeKind,
    Target,
)
from tools.faults.retrying_client import Asking
from tools.faults.scene import Scene

LONGEST_THOUGHT = 0.6
PATHS: dict[StockChangeKind, str] = {
    "restock": "/inventory/{product_id}/restock",
    "reduction": "/inventory/{product_id}/reduce",
    "correction": "/products/{product_id}",
}
SECONDS_BETWEEN_ACCOUNTS = (1.0, 3.0)


async def ship(scene: Scene) -> None:
    """An administrator ships orders, and delivers most of them."""
    choice = scene.choice("shipping")
    asking = scene.asking(choice, scene.admin)
    while not scene.is_over:
        if scene.placed:
            order_id = scene.placed.pop(choice.randrange(len(scene.placed)))
            shipped = await _move(scene, asking, order_id, "shipped")
            if shipped and choice.random() < 0.7:
                await _move(scene, asking, order_id, "delivered")
        await asyncio.sleep(choice.uniform(0, LONGEST_THOUGHT))


async def _move(scene: Scene, asking: Asking, order_id: int, target: Target) -> bool:
    move = Move(order_id, target)
    scene.log.moves.append(move)
    path, body = f"/orders/{order_id}/status", {"status": target}
    answer = await asking.for_(move, scene.shop.orders, "PATCH", path, json=body)
    return answer is not None and answer.status == 200


async def fill_shelves(scene: Scene) -> None:
    """The seller adds, takes away, and now and then counts anew what is scarce."""
    choice = scene.choice("shelves")
    asking = scene.asking(choice, scene.seller)
    while not scene.is_over:
        change = _some_change(scene, choice)
        scene.log.stock_changes.append(change)
        path = PATHS[change.kind].format(product_id=change.product_id)
        body: dict[str, int | str] = {"quantity": change.quantity}
        if change.kind != "correction":
            body["reason"] = change.reason
        await asking.once_for(change, scene.shop.products, "PATCH", path, json=body)
        await asyncio.sleep(choice.uniform(0, LONGEST_THOUGHT))


def _some_change(scene: Scene, choice: Random) -> StockChange:
    shelf = choice.choice([scene.ample, scene.scarce])
    product_id, quantity = choice.choice(shelf), choice.randint(1, 8)
    kinds: list[StockChangeKind] = ["restock", "restock", "reduction", "reduction"]
    if shelf is scene.scarce:
        kinds.append("correction")
    return StockChange(product_id, choice.choice(kinds), quantity, uuid.uuid4().hex)


async def open_accounts(scene: Scene) -> None:
    """New people register; a name that is taken on the second attempt is theirs."""
    choice = scene.choice("accounts")
    asking = scene.asking(choice, None)
    while not scene.is_over:
        name = f"new-{uuid.uuid4().hex[:12]}"
        registration = Registration(name)
        scene.log.registrations.append(registration)
        account = {
            "username": name,
            "password": PASSWORD,
            "email": f"{name}@example.com",
        }
        await asking.for_(
            registration, scene.shop.users, "POST", "/register", json=account
        )
        await asyncio.sleep(choice.uniform(*SECONDS_BETWEEN_ACCOUNTS))
