"""Every alert says how urgent it is and names its runbook."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from observability.tests.rules import ALERTS, GROUPS
from tools.local.layout import REPOSITORY

STRING = re.compile(r'"[^"]*"')
# Words with an underscore are metrics, and these.
WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
OF_PROMQL = re.compile(r"_over_time$|^group_left$")
OF_EXPORTERS = {"pg_up"}
SUFFIX = re.compile(r"_(bucket|count|sum)$")

each_alert = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)


@each_alert
def test_alert_has_severity(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}


@each_alert
def test_alert_has_runbook(alert: dict[str, Any]) -> None:
    assert (REPOSITORY / alert["annotations"]["runbook_url"]).is_file()


def test_metrics_of_rules_exist() -> None:
    assert len(metrics()) > 10
    assert metrics() - OF_EXPORTERS - measured() == set()


def metrics() -> set[str]:
    expressions = [str(rule["expr"]) for group in GROUPS for rule in group["rules"]]
    bare = re.sub(
        r"\{[^}]*\}|\bby \([^)]*\)", "", STRING.sub("", " ".join(expressions))
    )
    words = {word for word in WORD.findall(bare) if not OF_PROMQL.search(word)}
    return {SUFFIX.sub("", word) for word in words}


def measured() -> set[str]:
    """Returns all string literals of the code."""
    return {name for text in sources() for name in re.findall(r'"([a-z_]+)"', text)}


def sources() -> Iterator[str]:
    for pattern in ("libs/chassis/chassis/**/*.py", "*-service/app/**/*.py"):
        for file in REPOSITORY.glob(pattern):
            yield file.read_text()
