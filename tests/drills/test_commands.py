"""The commands of a drill, as the person on call types them."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.drills.test_drills import hastened_rules
from tests.e2e.prometheus import looking_at
from tests.faults.outage import is_well
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform


def make(*words: str, environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 -- our own
        ["make", "--silent", *words],  # noqa: S607
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
async def test_drill_is_answered_and_mended(
    platform: Platform, shop: Shop, command_line: dict[str, str], tmp_path: Path
) -> None:
    # No drill begins on a platform that is not well.
    await is_well(shop)
    rules = hastened_rules(tmp_path)
    async with looking_at(platform, tmp_path, rules, every=1) as prometheus:
        environment = command_line | {
            "LOCAL_ROOT": str(ROOT),
            "MODE": "local",
            "PROMETHEUS_URL": prometheus.url,
        }
        nothing = make("drill-stop", environment=environment)
        assert "No drill is running" in nothing
        shown = make("drill", "DRILL=slow-query", environment=environment)
        assert "page: ErrorBudgetBurnsFast browse-latency" in shown
        assert "slow-query" not in shown
        second = make("drill", environment=environment)
        assert "A drill is running" in second
        assert "1 of 3: " in make("drill-hint", environment=environment)
        assert "2 of 3: " in make("drill-hint", environment=environment)
        unclear = make("drill-check", "ANSWER=redis", environment=environment)
        assert "ANSWER must be component:cause" in unclear
        answer = "ANSWER=product-service:slow-query"
        scored = make("drill-check", answer, environment=environment)
        assert "component right: product-service" in scored
        assert "The drill is over" in scored
    await is_well(shop)
