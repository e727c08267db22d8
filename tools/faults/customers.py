"""Customers, who order and sometimes cancel."""

import asyncio
import uuid
from random import Random

from tools.client.generated.order_service import OrderLine, OrderService
from tools.client.shop import Person
from tools.faults.client_log import Answer, Move, Purchase
from tools.faults.retrying_client import Request
from tools.faults.scene import Scene

LONGEST_THOUGHT = 0.4
# The shares of customers who do not wait for the answer, who give up after the first
# 503, and who cancel an order.
HASTY, RESIGNED, FICKLE = 0.05, 0.3, 0.25
HASTY_SECONDS = 0.1


class Customer:
    def __init__(
        self, scene: Scene, name: str, person: Person, *, direct: bool
    ) -> None:
        self._scene = scene
        self._person = person
        self._choice = scene.choice(name)
        self._client = scene.retrying(self._choice)
        self._orders = scene.services(person, direct=direct).orders
        self._own: list[int] = []

    async def go_shopping(self) -> None:
        while not self._scene.is_over:
            await self._buy()
            if self._own and self._choice.random() < FICKLE:
                await self._cancel(
                    self._own.pop(self._choice.randrange(len(self._own)))
                )
            await asyncio.sleep(self._choice.uniform(0, LONGEST_THOUGHT))

    async def _buy(self) -> None:
        purchase = Purchase(uuid.uuid4().hex, _basket(self._scene, self._choice))
        self._scene.log.purchases.append(purchase)
        answer = await self._order(purchase)
        if answer is not None and answer.status in (201, 202) and answer.made:
            self._own.append(answer.made)
            self._scene.placed.append(answer.made)

    async def _order(self, purchase: Purchase) -> Answer | None:
        mood = self._choice.random()
        if mood < HASTY:
            hasty = _order(purchase, self._orders.limited_to(HASTY_SECONDS))
            return await self._client.send_once(purchase, hasty)
        request = _order(purchase, self._orders)
        if mood < HASTY + RESIGNED:
            answer = await self._client.send_once(purchase, request)
            if answer is not None and answer.status == 503:
                return answer
        return await self._client.send(purchase, request)

    async def _cancel(self, order_id: int) -> None:
        move = Move(order_id, "cancelled")
        self._scene.log.moves.append(move)
        await self._client.send(move, lambda: self._orders.cancel_order(order_id))


def _order(purchase: Purchase, orders: OrderService) -> Request:
    lines: list[OrderLine] = [
        {"product_id": product_id, "quantity": quantity}
        for product_id, quantity in purchase.items.items()
    ]
    return lambda: orders.place_order(
        {"items": lines, "shipping_address": purchase.key},
        idempotency_key=purchase.key,
    )


def _basket(scene: Scene, choice: Random) -> dict[int, int]:
    shelf = scene.scarce if choice.random() < 0.25 else scene.ample
    chosen = choice.sample(shelf, choice.randint(1, 2))
    return {product_id: choice.randint(1, 3) for product_id in chosen}
