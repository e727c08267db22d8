"""A process dies between two steps: each takes effect once, and none is lost."""

import ast
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from tests.faults.crash import Place, doomed
from tests.faults.crash_scene import Scene
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform

Act = Callable[[Scene], Awaitable[None]]

USERS, PRODUCTS = "user-service", "product-service"
ORDERS, NOTIFICATIONS = "order-service", "notification-service"

STOCK = "app.clients.products:ProductsClient"
CONFIRM = "app.services.place_order:PlaceOrder._confirm"
REJECT = "app.saga.outcomes:Outcomes.reject"
PUBLISH = "chassis._messaging.publisher:Publisher.publish"
HEAR_CONFIRMATION = "aiormq.channel:Channel._on_confirm_frame"
INVALIDATE = "app.clients.cache:Cache.invalidate_products"
NOTIFY = "app.events.handlers:store_notifications"
COPY = "chassis._messaging.handling:put_copy"
ACKNOWLEDGE = "aio_pika.message:IncomingMessage.ack"
SEND_MAIL = "app.clients.smtp:SmtpChannel.send"


@dataclass(frozen=True)
class Crash:
    """A place at which a process dies, the cause, and the expected end."""

    place: Place
    done: Act
    end: Act
    given: Act = Scene.nothing_more
    slow: bool = True


CRASHES = {
    "recorded, not reserved": Crash(
        Place(ORDERS, "before", f"{STOCK}.reserve"),
        Scene.order,
        Scene.is_ordered_once,
    ),
    "reserved, not confirmed": Crash(
        Place(ORDERS, "before", CONFIRM),
        Scene.order,
        Scene.is_ordered_once,
        slow=False,
    ),
    "reserved, not confirmed, request not repeated": Crash(
        Place(ORDERS, "before", CONFIRM),
        Scene.order,
        Scene.is_withdrawn,
    ),
    "confirmed, not answered": Crash(
        Place(ORDERS, "after", CONFIRM),
        Scene.order,
        Scene.is_ordered_once,
    ),
    "confirmed, not published": Crash(
        Place(ORDERS, "before", PUBLISH),
        Scene.order,
        Scene.is_ordered_once,
        slow=False,
    ),
    "published, not known to have arrived": Crash(
        Place(ORDERS, "before", HEAR_CONFIRMATION),
        Scene.order,
        Scene.is_ordered_once,
    ),
    "published, not noted as sent": Crash(
        Place(ORDERS, "after", PUBLISH),
        Scene.order,
        Scene.is_ordered_once,
        slow=False,
    ),
    "cancelled, not released": Crash(
        Place(ORDERS, "before", f"{STOCK}.release"),
        Scene.cancel,
        Scene.is_cancelled_once,
        given=Scene.is_ordered_once,
    ),
    "released, not noted as released": Crash(
        Place(ORDERS, "after", f"{STOCK}.release"),
        Scene.cancel,
        Scene.is_cancelled_once,
        given=Scene.is_ordered_once,
        slow=False,
    ),
    "price changed after a 202, rejection not stored": Crash(
        Place(ORDERS, "before", REJECT),
        Scene.order_at_a_price_that_is_raised_meanwhile,
        Scene.is_rejected_once,
    ),
    "price changed after a 202, rejection not published": Crash(
        Place(ORDERS, "before", PUBLISH),
        Scene.order_at_a_price_that_is_raised_meanwhile,
        Scene.is_rejected_once,
    ),
    "shipped, not committed": Crash(
        Place(ORDERS, "before", f"{STOCK}.commit"),
        Scene.ship,
        Scene.is_shipped_once,
        given=Scene.is_ordered_once,
    ),
    "committed, not noted as committed": Crash(
        Place(ORDERS, "after", f"{STOCK}.commit"),
        Scene.ship,
        Scene.is_shipped_once,
        given=Scene.is_ordered_once,
    ),
    "reservation stored, cache not invalidated": Crash(
        Place(PRODUCTS, "before", INVALIDATE),
        Scene.order,
        Scene.is_ordered_once_and_seen_in_the_catalogue,
        given=Scene.looks_at_the_catalogue,
    ),
    "reservation stored, not answered": Crash(
        Place(PRODUCTS, "after", INVALIDATE),
        Scene.order,
        Scene.is_ordered_once,
    ),
    "handled, not stored": Crash(
        Place(NOTIFICATIONS, "after", NOTIFY),
        Scene.order,
        Scene.is_ordered_once,
    ),
    "stored, not acknowledged": Crash(
        Place(NOTIFICATIONS, "before", ACKNOWLEDGE),
        Scene.order,
        Scene.is_ordered_once,
        slow=False,
    ),
    "put off, not acknowledged": Crash(
        Place(NOTIFICATIONS, "after", COPY),
        Scene.order_while_nothing_can_be_stored,
        Scene.is_ordered_once,
    ),
    "dead-lettered, not acknowledged": Crash(
        Place(NOTIFICATIONS, "after", COPY),
        Scene.send_nonsense,
        Scene.nonsense_is_dead_lettered_and_blocks_no_other,
    ),
    "claimed, not sent": Crash(
        Place(NOTIFICATIONS, "before", SEND_MAIL),
        Scene.order,
        Scene.is_ordered_once_and_mailed_as_one,
    ),
    "sent, not noted as sent": Crash(
        Place(NOTIFICATIONS, "after", SEND_MAIL),
        Scene.order,
        Scene.is_ordered_once_and_mailed_as_one,
    ),
    "registered, event not published": Crash(
        Place(USERS, "before", PUBLISH),
        Scene.register,
        Scene.newcomer_is_welcomed_once,
    ),
}


def cases() -> list[pytest.ParameterSet]:
    return [
        pytest.param(crash, id=name, marks=[pytest.mark.slow] if crash.slow else [])
        for name, crash in CRASHES.items()
    ]


@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES)
def test_place_of_crash_exists(crash: Crash) -> None:
    module, _, function = crash.place.function.partition(":")
    if not module.startswith("app."):
        pkgutil.resolve_name(crash.place.function)
        return
    # Each service has an `app` of its own, none of which is importable from here.
    file = REPOSITORY / crash.place.service / f"{module.replace('.', '/')}.py"
    scope: ast.AST = ast.parse(file.read_text())
    for name in function.split("."):
        (scope,) = (
            node
            for node in ast.iter_child_nodes(scope)
            if getattr(node, "name", None) == name
        )


@pytest.mark.parametrize("crash", cases())
async def test_interrupted_work_takes_effect_once(
    shop: Shop, platform: Platform, crash: Crash
) -> None:
    scene = await Scene.begin(platform, shop)
    await crash.given(scene)
    await scene.is_quiet()
    async with doomed(platform, crash.place) as process:
        await crash.done(scene)
        await process.dies()
    await crash.end(scene)
