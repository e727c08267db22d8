"""Someone with orders and what came of them, before anything goes wrong."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.testing import eventually
from tools.client.shop import Person, Shop

PIECES = 100
EVENTS = {
    "confirmed": ("order.created",),
    "cancelled": ("order.created", "order.cancelled"),
    "shipped": ("order.created", "order.status_changed"),
}


@dataclass(frozen=True)
class Scene:
    """
    Attributes:
        lamp, chair, stool: what Ada sells: to be ordered, to be changed, and to be
            withdrawn.
        left, dropped, called_off, shipped: Ada's orders, by what is to become of them.
        notification: the id of a notification that was sent to Ada.
        key: of the order that is still to be placed.
    """

    ada: Person
    admin: Person
    lamp: int
    chair: int
    stool: int
    left: int
    dropped: int
    called_off: int
    shipped: int
    notification: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


async def set_scene(shop: Shop) -> Scene:
    ada, admin = await asyncio.gather(shop.register(), shop.administrator())
    lamp, chair, stool = await asyncio.gather(
        *(shop.sell(ada, PIECES) for _ in range(3))
    )
    left, dropped, called_off, shipped = await asyncio.gather(
        *(place(shop, ada, lamp, uuid.uuid4().hex) for _ in range(4))
    )
    orders = (left, dropped, called_off, shipped)
    await shop.are_notified_of(ada, orders, "order.created")
    return Scene(
        # With tokens that no service but user-service has seen.
        await shop.renew(ada),
        await shop.renew(admin),
        *(lamp, chair, stool),
        *(left, dropped, called_off, shipped),
        notification=(await shop.notified(ada, left))[0]["id"],
    )


async def place(shop: Shop, ada: Person, lamp: int, key: str) -> int:
    """Orders with this key until the order is placed; returns its id."""

    async def is_placed() -> int | None:
        answer = await shop.order(ada, lamp, key=key)
        if answer.status_code != 201:
            return None
        order_id: int = answer.json()["id"]
        return order_id

    return await eventually(is_placed, within=40, every=0.2)


async def comes_to_rest(shop: Shop, scene: Scene, statuses: Mapping[int, str]) -> None:
    """Waits until these are Ada's orders, each notified once, and the stock agrees."""
    found = await shop.statuses(scene.ada)
    for order_id, status in statuses.items():
        assert (await shop.order_of(scene.ada, order_id))["status"] == status
        await shop.is_notified_of(scene.ada, order_id, *EVENTS[status], within=60)
    held, sold = found["confirmed"], found["shipped"]
    assert sum(found.values()) == len(statuses)
    await shop.is_at_rest(scene.lamp, held, PIECES - held - sold)
