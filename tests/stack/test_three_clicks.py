"""Three clicks: from a metric to its trace, from a trace to its log lines, and back.

The real Prometheus, Jaeger and Loki answer the requests that Grafana would send.
"""

import json
from pathlib import Path

import pytest

from chassis.testing import eventually
from observability.dashboards import DASHBOARDS
from observability.dashboards.follow import FOLLOW
from tests.e2e.prometheus import looking_at
from tests.known_orders import KnownOrder
from tests.stack.conftest import Watched
from tests.stack.grafana import Line, Span, derived, interpolated, matched, settings

pytestmark = pytest.mark.slow

WAY = {"order-service", "user-service", "product-service", "notification-service"}


def assert_trace_of(order: KnownOrder, spans: list[Span]) -> None:
    """The trace is that of the order, through all services."""
    assert {span.trace_id for span in spans} == {order.trace_id}
    assert {span.service for span in spans} == WAY
    assert f"/reservations/{order.order_id}" in {span.url_path for span in spans}


def assert_lines_of(order: KnownOrder, lines: list[Line]) -> None:
    """The lines are those of the order, from all services."""
    fields = [json.loads(line.text) for line in lines]
    assert {each["trace_id"] for each in fields} == {order.trace_id}
    assert {line.service for line in lines} == WAY
    assert f"/reservations/{order.order_id}" in {each.get("path") for each in fields}


async def logs_of(span: Span, order: KnownOrder, watched: Watched) -> list[Line]:
    """Clicks on the log icon of the span until all lines have arrived."""

    async def complete() -> list[Line]:
        lines = await watched.grafana.logs_of(span)
        assert_lines_of(order, lines)
        return lines

    return await eventually(complete, within=30)


async def root(order: KnownOrder, watched: Watched) -> Span:
    spans = await watched.grafana.trace(order.trace_id)
    [found] = [span for span in spans if span.name == "POST /orders"]
    return found


async def test_dot_of_panel_opens_trace_of_order(
    order: KnownOrder, watched: Watched, tmp_path: Path
) -> None:
    [link] = settings("prometheus")["exemplarTraceIdDestinations"]
    assert link["datasourceUid"] == "jaeger"
    [dashboard] = [each for each in DASHBOARDS if each.uid == "order-service"]
    [panel] = [each for each in dashboard.panels() if each.exemplars]
    shown = panel.expressions["99%"].replace("$__rate_interval", "1m")
    async with looking_at(watched.platform, tmp_path) as prometheus:

        async def dot() -> bool:
            exemplars = await prometheus.exemplars(shown)
            return order.trace_id in {each.get(link["name"]) for each in exemplars}

        await eventually(dot, within=30, every=0.5)
    assert_trace_of(order, await watched.grafana.trace(order.trace_id))


async def test_every_span_opens_lines_of_order(
    order: KnownOrder, watched: Watched
) -> None:
    for span in await watched.grafana.trace(order.trace_id):
        await logs_of(span, order, watched)


async def test_every_line_opens_trace_of_order(
    order: KnownOrder, watched: Watched
) -> None:
    for line in await logs_of(await root(order, watched), order, watched):
        assert_trace_of(order, await watched.grafana.trace_of(line))


async def test_request_of_line_opens_its_lines(
    order: KnownOrder, watched: Watched
) -> None:
    span = await root(order, watched)
    [line, *_] = await logs_of(span, order, watched)
    request = matched(derived("request"), line.text)
    [typed] = FOLLOW.panels()[0].expressions.values()
    for query in (
        interpolated(derived("request")["url"], value_raw=request),
        typed.replace("$request_id", request),
    ):
        found = await watched.grafana.lines(query, span.start - 60, span.start + 3600)
        assert_lines_of(order, found)
