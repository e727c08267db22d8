from tools.drills.drill import Alert
from tools.drills.pager import Page, not_hidden


def page(name: str, **labels: str) -> Page:
    return Page({"alertname": name, **labels}, {}, since=0.0)


def test_slow_burn_is_hidden_by_fast_burn_of_same_objective() -> None:
    fast = page("ErrorBudgetBurnsFast", slo="browse-latency")
    hidden = page("ErrorBudgetBurns", slo="browse-latency")
    other = page("ErrorBudgetBurns", slo="order-latency")
    assert not_hidden([fast, hidden, other]) == [fast, other]


def test_other_alerts_of_stopped_service_are_hidden() -> None:
    down = page("ServiceDown", service="user-service")
    hidden = page("PoolExhausted", service="user-service")
    other = page("PoolExhausted", service="order-service")
    assert not_hidden([down, hidden, other]) == [down, other]


def test_page_belongs_to_alert_with_its_labels() -> None:
    fast = page("ErrorBudgetBurnsFast", slo="browse-latency", severity="page")
    assert fast.is_of(Alert("ErrorBudgetBurnsFast", {"slo": "browse-latency"}))
    assert not fast.is_of(Alert("ErrorBudgetBurnsFast", {"slo": "order-latency"}))
