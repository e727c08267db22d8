"""Every alert says how urgent it is and names its runbook."""

from typing import Any

import pytest

from observability.tests.rules import ALERTS
from tools.local.layout import REPOSITORY

each_alert = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)


@each_alert
def test_alert_has_severity(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}


@each_alert
def test_alert_has_runbook(alert: dict[str, Any]) -> None:
    assert (REPOSITORY / alert["annotations"]["runbook_url"]).is_file()
