"""A backup brings back what was, and what the promises say of it still holds."""

import asyncio
from pathlib import Path

import pytest

from tools.client.shop import PASSWORD, Shop
from tools.local.backup import back_up, restore
from tools.local.errors import NoBackup
from tools.local.lifecycle import Platform

pytestmark = pytest.mark.slow


async def test_restored_platform_has_its_data_and_continues(
    shop: Shop, platform: Platform, tmp_path: Path
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=10)
    before = (await shop.order(ada, lamp)).json()["id"]
    await shop.is_notified_of(ada, before, "order.created")

    await asyncio.to_thread(back_up, platform, tmp_path / "backup")
    late = await shop.register()
    lost = (await shop.order(ada, lamp)).json()["id"]
    cancelled = await shop.orders.delete(f"/orders/{before}", headers=ada.headers)
    assert cancelled.status_code == 204
    await asyncio.to_thread(restore, platform, tmp_path / "backup")

    ada = await shop.log_in(ada.user_id, ada.username, PASSWORD)
    assert await shop.statuses(ada) == {"confirmed": 1}
    await shop.is_at_rest(lamp, reserved=1, available=9)
    answer = await shop.users.post(
        "/login", data={"username": late.username, "password": PASSWORD}
    )
    assert answer.status_code == 401
    # Ids begin where they did then, and events that are sent again are nothing new.
    again = await shop.order(ada, lamp)
    assert (again.status_code, again.json()["id"]) == (201, lost)
    await shop.is_notified_of(ada, lost, "order.created")
    await shop.is_notified_of(ada, before, "order.created")


async def test_events_lost_by_broker_are_published_again(
    shop: Shop, platform: Platform, tmp_path: Path
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=10)
    await asyncio.to_thread(platform.stop, ["notification-service"])
    order_id = (await shop.order(ada, lamp)).json()["id"]

    await asyncio.to_thread(back_up, platform, tmp_path / "backup")
    await asyncio.to_thread(restore, platform, tmp_path / "backup")

    ada = await shop.log_in(ada.user_id, ada.username, PASSWORD)
    await shop.is_notified_of(ada, order_id, "order.created", within=30)


def test_folder_without_backup_is_refused_without_loss(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "user-service.dump").touch()
    pids = {name: platform.pid(name) for name in platform.states()}

    with pytest.raises(NoBackup, match="product-service, order-service"):
        restore(platform, tmp_path)

    assert {name: platform.pid(name) for name in platform.states()} == pids
