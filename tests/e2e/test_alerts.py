"""From a process that hangs to a mail, and to the mail that says it is over."""

import asyncio
from pathlib import Path

import pytest

from chassis.testing import eventually
from tests.e2e.watch import Watch, watching
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

pytestmark = pytest.mark.slow

ORDERS = 6


async def mailed(watch: Watch, alert: str, status: str) -> str:
    """Waits for the first mail that says so of the alert; subject and text."""

    async def such_a_mail() -> str | None:
        mails = watch.mails(alert)
        return next((mail for mail in mails if mail.startswith(status)), None)

    return await eventually(such_a_mail, within=120, every=0.5)


async def test_alert_is_mailed_when_it_fires_and_resolves(
    platform: Platform, shop: Shop, tmp_path: Path
) -> None:
    ada = await shop.register()
    lamp = await shop.sell(ada, quantity=ORDERS)

    with watching(platform, tmp_path) as watch:
        with platform.paused("product-service"):
            await asyncio.gather(*(shop.order(ada, lamp) for _ in range(ORDERS)))
            fires = await mailed(watch, "BreakerOpen", "firing")
        over = await mailed(watch, "BreakerOpen", "resolved")

    assert fires.startswith("firing page: BreakerOpen order-service\n")
    assert "circuit breaker of order-service for product-service is open" in fires
    assert "docs/runbooks/hanging.md" in fires
    assert over.startswith("resolved page: BreakerOpen order-service\n")
    # Promised orders settle, and no longer affect the next test.
    confirmed = (await shop.statuses(ada)).total()
    await shop.is_at_rest(lamp, reserved=confirmed, available=ORDERS - confirmed)
