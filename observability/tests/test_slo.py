"""The error budgets: what burns them, which alerts fire, and their document."""

from pathlib import Path

import pytest

from observability.tests.rules import GROUPS, Series, check
from tools.local.layout import REPOSITORY

BROWSE = 'service="product-service", method="GET", endpoint="/products/{product_id}"'
LOG_IN = 'service="user-service", method="POST", endpoint="/login"'
ORDER = 'service="order-service", method="POST", endpoint="/orders"'
AT_GATEWAY = 'service="api-gateway", method="%s", endpoint="/api/v1%s"'
BROWSE_THERE = AT_GATEWAY % ("GET", "/products/{product_id}")
LOG_IN_THERE = AT_GATEWAY % ("POST", "/auth/session")
ORDER_THERE = AT_GATEWAY % ("POST", "/orders")


def answers(labels: str, statuses: dict[str, str]) -> Series:
    return {
        f'http_requests_total{{{labels}, status="{status}"}}': values
        for status, values in statuses.items()
    }


def durations(labels: str, fast: str, bound: str) -> Series:
    name = "http_request_duration_seconds"
    return {
        f'{name}_count{{{labels}, status="200"}}': "0+1000x90",
        f'{name}_bucket{{{labels}, status="200", le="{bound}"}}': fast,
    }


def delays(in_time: str) -> Series:
    return {
        "notification_delay_seconds_count": "0+1000x90",
        'notification_delay_seconds_bucket{le="10.0"}': in_time,
    }


def measured(failed: int, in_time: int, *, at_gateway: bool) -> dict[str, Series]:
    """By objective, of 1000 a minute."""
    statuses = {"200": f"0+{1000 - failed}x90", "503": f"0+{failed}x90"}
    fast = f"0+{in_time}x90"
    places = (BROWSE, LOG_IN, ORDER)
    if at_gateway:
        places = (BROWSE_THERE, LOG_IN_THERE, ORDER_THERE)
    browse, log_in, order = places
    return {
        "browse-availability": answers(browse, statuses),
        "browse-latency": durations(browse, fast, "0.25"),
        "log-in-availability": answers(log_in, statuses),
        "log-in-latency": durations(log_in, fast, "1.0"),
        "order-availability": answers(order, statuses),
        "order-latency": durations(order, fast, "1.0"),
        "notified": delays(fast),
    }


PROMISES = {
    rule["labels"]["slo"]: (rule["labels"]["promise"], float(rule["expr"]))
    for group in GROUPS
    for rule in group["rules"]
    if rule.get("record") == "slo:budget"
}


def labels(severity: str, slo: str = "order-availability") -> str:
    return f'severity="{severity}", slo="{slo}", promise="{PROMISES[slo][0]}"'


@pytest.mark.parametrize("at_gateway", [True, False])
@pytest.mark.parametrize("slo", PROMISES)
def test_each_budget_burns_by_its_own_failures(
    slo: str, at_gateway: bool, tmp_path: Path
) -> None:
    series = measured(failed=100, in_time=800, at_gateway=at_gateway)[slo]
    fires = [labels("page", slo)]
    check(tmp_path, "ErrorBudgetBurnsFast", series, "80m", fires)


@pytest.mark.parametrize("at_gateway", [True, False])
@pytest.mark.parametrize("slo", PROMISES)
def test_no_budget_burns_while_all_is_well(
    slo: str, at_gateway: bool, tmp_path: Path
) -> None:
    series = measured(failed=0, in_time=1000, at_gateway=at_gateway)[slo]
    check(tmp_path, "ErrorBudgetBurnsFast", series, "80m", [])


WELL, ILL = {"200": "0+1000x90"}, {"200": "0+900x90", "503": "0+100x90"}


@pytest.mark.parametrize(
    ("at_gateway", "at_service", "fires"), [(ILL, WELL, True), (WELL, ILL, False)]
)
def test_journey_by_way_of_gateway_is_counted_there(
    at_gateway: dict[str, str], at_service: dict[str, str], fires: bool, tmp_path: Path
) -> None:
    series = {**answers(ORDER_THERE, at_gateway), **answers(ORDER, at_service)}
    expected = [labels("page")] if fires else []
    check(tmp_path, "ErrorBudgetBurnsFast", series, "80m", expected)


@pytest.mark.parametrize(
    ("statuses", "why"),
    [
        ({"201": "0+990x90", "503": "0+10x90"}, "ten times as fast is not fast"),
        ({"201": "0+900x90", "503": "0+100x70 7000x20"}, "it is over"),
        ({"201": "0+900x90", "503": "0x74 0+100x15"}, "it has just begun"),
        ({"201": "1x90", "503": "0x70 0+1x20"}, "they are a handful"),
        ({"202": "0+900x90", "409": "0+100x90"}, "these are promised, or refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fast_burn_is_silent_if(
    statuses: dict[str, str], why: str, tmp_path: Path
) -> None:
    check(tmp_path, "ErrorBudgetBurnsFast", answers(ORDER, statuses), "80m", [])


@pytest.mark.parametrize(
    ("alert", "severity", "bad", "at"),
    [
        ("ErrorBudgetBurns", "page", 7, "90m"),
        ("ErrorBudgetBurnsSlowly", "ticket", 4, "3h"),
    ],
)
def test_slower_burn_fires_too(
    alert: str, severity: str, bad: int, at: str, tmp_path: Path
) -> None:
    statuses = {"201": f"0+{1000 - bad}x200", "503": f"0+{bad}x200"}
    check(tmp_path, alert, answers(ORDER, statuses), at, [labels(severity)])


@pytest.mark.parametrize(
    ("alert", "bad", "at"),
    [("ErrorBudgetBurns", 5, "90m"), ("ErrorBudgetBurnsSlowly", 2, "3h")],
)
def test_burn_within_budget_is_silent(
    alert: str, bad: int, at: str, tmp_path: Path
) -> None:
    statuses = {"201": f"0+{1000 - bad}x200", "503": f"0+{bad}x200"}
    check(tmp_path, alert, answers(ORDER, statuses), at, [])


def test_no_requests_burn_no_budget(tmp_path: Path) -> None:
    check(tmp_path, "ErrorBudgetBurnsFast", answers(ORDER, {"201": "7x90"}), "80m", [])


def test_objectives_match_alert_rules() -> None:
    document = (REPOSITORY / "docs" / "SLO.md").read_text()
    for promise, budget in PROMISES.values():
        assert f"{promise} | {100 * (1 - budget):g} %" in document
