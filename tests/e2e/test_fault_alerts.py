"""Faults of the fault suite are mailed to the person on call."""

from pathlib import Path

import pytest

from chassis.testing import eventually
from tests.contract.test_fault_alerts import rows
from tests.e2e.watch import watching
from tests.faults.faults import AT_THE_GATEWAY, FAULTS, RARER, Fault
from tests.faults.outage import is_well
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

# One of each kind of alert; other faults have the same alerts.
SEEN = (
    *("postgres-hung", "rabbitmq-hung", "redis-stopped"),
    *("product-service-hung", "order-service-with-locked-tables", "api-gateway-hung"),
)
ALERT_OF = {row.fault: row.alert for row in rows()}


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [f for f in (*FAULTS, *RARER, *AT_THE_GATEWAY) if str(f) in SEEN],
    ids=str,
)
async def test_fault_is_mailed(
    fault: Fault, platform: Platform, shop: Shop, tmp_path: Path
) -> None:
    alert = ALERT_OF[str(fault)]
    with watching(platform, tmp_path) as watch:

        async def is_mailed() -> bool:
            return any(mail.startswith("firing") for mail in watch.mails(alert))

        async with fault.state(platform, fault.name):
            await eventually(is_mailed, within=120, every=0.5)
    await is_well(shop)
