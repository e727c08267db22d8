"""Dashboards, rules, Alloy, data sources and documents ask only for telemetry that
contracts/telemetry names."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from observability.dashboards import DASHBOARDS
from observability.dashboards.panels import Dashboard, Kind
from observability.lines import ORDINARY
from observability.telemetry import registry
from observability.telemetry.document import DOCUMENT, render
from observability.telemetry.document_checks import document_problems
from observability.telemetry.log_checks import (
    alloy_labels,
    line_pattern_problems,
    log_query_problems,
)
from observability.telemetry.query_checks import expression_problems, queried_series
from observability.tests.rules import GROUPS
from tests.documents import documents, named
from tools.local.layout import REPOSITORY

OBSERVABILITY = REPOSITORY / "observability"
ALLOY = (OBSERVABILITY / "alloy" / "config.alloy").read_text()
SOURCES = OBSERVABILITY / "grafana" / "provisioning" / "datasources" / "datasources.yml"
RULES = [rule for group in GROUPS for rule in group["rules"]]
# The only metrics that nothing queries: they are read by hand.
NOT_QUERIED = {"dead_letters_replayed_total"}


def dashboard_problems(dashboard: Dashboard) -> Iterator[str]:
    for panel in dashboard.panels():
        for legend, text in panel.expressions.items():
            if panel.kind is Kind.LOGS:
                yield from log_query_problems(text)
            else:
                yield from expression_problems(text, legend)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda d: d.uid)
def test_dashboard_queries_registered_telemetry(dashboard: Dashboard) -> None:
    assert list(dashboard_problems(dashboard)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.get("alert") or r["record"])
def test_rule_queries_registered_metrics(rule: dict[str, Any]) -> None:
    texts = " ".join(rule.get("annotations", {}).values())
    assert list(expression_problems(str(rule["expr"]), texts)) == []


def test_recorded_series_are_registered() -> None:
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    assert recorded == {
        name for name, m in registry.metrics().items() if m.source == "the rules"
    }


def test_every_metric_is_queried() -> None:
    shown = [
        text
        for dashboard in DASHBOARDS
        for panel in dashboard.panels()
        if panel.kind is not Kind.LOGS
        for text in panel.expressions.values()
    ]
    queried = queried_series([*shown, *(str(rule["expr"]) for rule in RULES)])
    assert {
        name for name, m in registry.metrics().items() if not m.series & queried
    } == NOT_QUERIED


def test_alloy_gives_lines_registered_labels() -> None:
    assert alloy_labels(ALLOY) == registry.loki_labels().keys()


def test_data_sources_find_registered_fields() -> None:
    sources = {
        source["uid"]: source.get("jsonData", {})
        for source in yaml.safe_load(SOURCES.read_text())["datasources"]
    }
    exemplars = sources["prometheus"]["exemplarTraceIdDestinations"]
    assert {e["name"] for e in exemplars} == registry.exemplar_labels().keys()
    derived = sources["loki"]["derivedFields"]
    patterns = [field["matcherRegex"] for field in derived]
    queries = [field["url"] for field in derived if field["url"].startswith("{")]
    queries.append(sources["jaeger"]["tracesToLogsV2"]["query"])
    assert patterns
    assert not [
        *chain.from_iterable(map(line_pattern_problems, patterns)),
        *chain.from_iterable(map(log_query_problems, queries)),
    ]


def test_make_trace_knows_fields_of_lines() -> None:
    assert registry.log_fields().keys() >= ORDINARY


@pytest.mark.parametrize("document", documents(), ids=named)
def test_document_names_registered_telemetry(document: Path) -> None:
    assert list(document_problems(document.read_text())) == []


def test_telemetry_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == render(), "run `make contracts`"


@pytest.mark.parametrize(
    "expression",
    [
        "sum(rate(http_request_total[5m]))",
        "max by (waiting) (orders_unsettled)",
        'rate(cache_requests_total{result="hit"}[1m])',
        'rate(cache_requests_total{outcome="absent"}[1m])',
        'rate(orders_total{status=~"refused|accepted"}[1m])',
        'notification_attempts_total{outcome!="delivered"}',
        'http_requests_total{endpoint="/log-in"}',
        'http_requests_total{service="product-service", endpoint=~"/goods.*"}',
        'inbox_events_total{service="user-service"}',
        'up{job="service"}',
        "order_saga_duration_seconds_total",
    ],
)
def test_expression_with_unregistered_name_is_found(expression: str) -> None:
    assert list(expression_problems(expression))


def test_legend_with_a_missing_label_is_found() -> None:
    assert list(expression_problems("sum by (queue) (queue_messages)", "{{service}}"))
    assert list(expression_problems("max(queue_messages)", "{{ $labels.queue }}"))
    assert not list(expression_problems("queue_messages", "{{queue}} {{service}}"))


@pytest.mark.parametrize(
    "query",
    [
        '{container="order-service"}',
        '{service="order-service"} |= `"request": "x"`',
        '{service="order-service"} |~ `"level": "(warn|error)"`',
        '{service="order-service"} |= `"event": "order_done"`',
        '{service="order-service"} | json | order="5"',
    ],
)
def test_log_query_with_unregistered_name_is_found(query: str) -> None:
    assert list(log_query_problems(query))


@pytest.mark.parametrize(
    "text",
    [
        "metric `outbox_age`",
        "log event `event_lost`",
        "`logs x | grep '\"event_lost\"'`",
    ],
)
def test_document_with_unregistered_name_is_found(text: str) -> None:
    assert list(document_problems(text))


def test_renamed_label_of_alloy_is_found() -> None:
    renamed = re.sub(r"service( *= *\"\")", r"container\1", ALLOY)
    assert alloy_labels(renamed) != registry.loki_labels().keys()
