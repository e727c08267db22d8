"""Each alert fires when it should, and not when nearly all is the same."""

from pathlib import Path

import pytest

from observability.tests.alert_cases import CASES, Case
from observability.tests.rules import ALERTS, check


@pytest.mark.parametrize("case", CASES, ids=str)
def test_alert_fires(case: Case, tmp_path: Path) -> None:
    check(tmp_path, case.alert, case.fires, case.at, [case.labels])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_alert_waits_before_firing(case: Case, tmp_path: Path) -> None:
    check(tmp_path, case.alert, case.fires, case.not_yet, [])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_alert_does_not_fire(case: Case, tmp_path: Path) -> None:
    check(tmp_path, case.alert, case.quiet, case.at, [])


def test_each_alert_is_tried_out() -> None:
    by_budget = {name for name in ALERTS if name.startswith("ErrorBudget")}
    assert {case.alert for case in CASES} == ALERTS.keys() - by_budget
