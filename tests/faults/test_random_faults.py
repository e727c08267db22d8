"""`make faults`, a short one: whatever dies or hangs, nothing is lost."""

import pytest

from tools.faults import report
from tools.faults.run import run
from tools.local.lifecycle import Platform


@pytest.mark.slow
@pytest.mark.usefixtures("shop")  # which sees to it that all is well at the start
@pytest.mark.parametrize("seed", [1, 2])
async def test_random_faults_lose_nothing(platform: Platform, seed: int) -> None:
    outcome = await run(platform, seed, seconds=30)
    assert outcome.wrong == 0, report.wrong(outcome)
