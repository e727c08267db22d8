"""The drill that `make drill` begins."""

import pytest

from tools.drills.catalogue import DRILLS
from tools.drills.choosing import choose
from tools.drills.pager import Page
from tools.local.errors import PlatformError

AT_GATEWAY = next(name for name, drill in DRILLS.items() if drill.through_gateway)


def page_of(name: str) -> Page:
    alert = DRILLS[name].alert
    return Page({"alertname": alert.name, **alert.labels}, {}, 0.0)


def test_named_drill_is_chosen() -> None:
    assert choose(AT_GATEWAY, [], sees_gateway=True) is DRILLS[AT_GATEWAY]


def test_unknown_drill_is_refused_with_names_of_all() -> None:
    with pytest.raises(PlatformError, match="wrong-audience, wrong-clock"):
        choose("no-such-drill", [], sees_gateway=True)


def test_drill_at_gateway_is_refused_without_its_metrics() -> None:
    with pytest.raises(PlatformError, match="metrics of the gateway"):
        choose(AT_GATEWAY, [], sees_gateway=False)


def test_drill_whose_alert_fires_is_refused() -> None:
    with pytest.raises(PlatformError, match="fires already"):
        choose("slow-query", [page_of("slow-query")], sees_gateway=True)


def test_any_drill_is_one_that_can_run() -> None:
    fire = [page_of(name) for name in DRILLS if name not in ("slow-query", AT_GATEWAY)]
    chosen = {choose("", fire, sees_gateway=False).name for _ in range(20)}
    assert chosen == {"slow-query"}


def test_no_drill_is_chosen_while_alerts_of_all_fire() -> None:
    with pytest.raises(PlatformError, match="wait for them"):
        choose("", [page_of(name) for name in DRILLS], sees_gateway=True)
