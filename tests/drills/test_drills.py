"""Each drill shows its fault on the way that it names, and leaves the platform well."""

from pathlib import Path

import pytest

from chassis.testing import eventually
from tests.e2e.prometheus import looking_at
from tests.e2e.watch import hastened
from tests.faults.outage import is_well
from tools.client.shop import Shop
from tools.drills import running, way
from tools.drills.catalogue import DRILLS
from tools.drills.pager import Prometheus
from tools.drills.processes import Processes
from tools.local.lifecycle import Platform
from tools.local.prometheus_server import RULES

pytestmark = pytest.mark.slow

# The rules are ten times as fast, but a busy machine is slow.
ALERT_SECONDS = 120
WAY_SECONDS = 30


def hastened_rules(folder: Path) -> Path:
    for file in RULES.parent.glob(RULES.name):
        (folder / f"{file.stem}.rules.yml").write_text(hastened(file.read_text()))
    return folder / "*.rules.yml"


@pytest.mark.parametrize("name", sorted(DRILLS))
async def test_drill_is_visible_and_mended(
    name: str, platform: Platform, shop: Shop, tmp_path: Path
) -> None:
    drill, target = DRILLS[name], Processes(platform)
    if obstacle := drill.obstacle():
        pytest.skip(obstacle)
    await is_well(shop)
    rules = hastened_rules(tmp_path)
    async with looking_at(platform, tmp_path, rules, every=1) as server:
        prometheus = Prometheus(server.url)

        async def alert_fires() -> bool:
            pages = await prometheus.firing()
            found = [page.labels for page in pages]
            assert any(page.is_of(drill.alert) for page in pages), found
            return True

        async def way_leads_there() -> bool:
            found = await way.follow(drill, target, prometheus, since)
            assert found.values, drill.panel.expression
            assert found.line, drill.log
            assert found.trace or drill.trace is None, drill.trace
            return True

        async with running.broken(drill, target) as since:
            await eventually(alert_fires, within=ALERT_SECONDS, every=1)
            await eventually(way_leads_there, within=WAY_SECONDS, every=1)
    # As `make drill-check` does, in case the process that broke it was killed.
    await drill.mend(target)
    await is_well(shop, within=90)
    await _order_is_notified(shop)


async def _order_is_notified(shop: Shop) -> None:
    ada = await shop.register()

    async def is_placed() -> int:
        # Each attempt is another order, because circuit breakers may still be open.
        lamp = await shop.sell(ada, quantity=5)
        placed = await shop.order(ada, lamp)
        assert placed.status_code == 201, placed.text
        order_id: int = placed.json()["id"]
        return order_id

    order_id = await eventually(is_placed, within=30, every=1)
    await shop.is_notified_of(ada, order_id, "order.created", within=60)


@pytest.mark.parametrize("name", sorted(DRILLS))
async def test_platform_that_is_well_survives_mending(
    name: str, platform: Platform, shop: Shop
) -> None:
    await DRILLS[name].mend(Processes(platform))
    await is_well(shop, within=90)
