"""From a number to its trace, from there to the log lines, and back: what Grafana
follows is what services tell."""

import re
from pathlib import Path

import pytest
import pytest_asyncio

from chassis.testing import Collector, eventually
from observability.dashboards.follow import FOLLOW
from observability.dashboards.service import WORTH_READING
from tests.e2e.prometheus import looking_at
from tests.known_orders import KnownOrder, place_known_order
from tests.stack.grafana import derived, settings
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

WAY = ("order-service", "product-service", "notification-service")


def looked_for(query: str, **variables: str) -> str:
    """The text that a query has lines contain."""
    [text] = re.findall(r"\|= `(.*)`", query)
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    assert "$" not in text
    return str(text)


def lines(platform: Platform, service: str, text: str) -> list[str]:
    return [line for line in platform.log(service).splitlines() if text in line]


@pytest_asyncio.fixture
async def order(shop: Shop, platform: Platform, collector: Collector) -> KnownOrder:
    """An order, whose spans and lines have arrived from all services."""
    placed = await place_known_order(shop)

    async def is_complete() -> bool:
        spans = {span.service for span in collector.trace(placed.trace_id)}
        logs = {name for name in WAY if lines(platform, name, placed.trace_id)}
        return spans >= set(WAY) and logs == set(WAY)

    await eventually(is_complete, within=60)
    return placed


def test_log_line_links_to_trace_and_request(
    order: KnownOrder, platform: Platform
) -> None:
    for service in WAY:
        for line in lines(platform, service, order.trace_id):
            trace = re.search(derived("trace")["matcherRegex"], line)
            request = re.search(derived("request")["matcherRegex"], line)
            assert trace
            assert trace[1] == order.trace_id
            assert request
            assert request[1] == order.request_id


def test_trace_links_to_lines_of_all_services(
    order: KnownOrder, platform: Platform
) -> None:
    query = settings("jaeger")["tracesToLogsV2"]["query"]
    text = looked_for(query, **{"__span.traceId": order.trace_id})
    assert all(lines(platform, service, text) for service in WAY)


@pytest.mark.parametrize(
    ("query", "variable"),
    [
        (derived("request")["url"], "__value.raw"),
        (*FOLLOW.panels()[0].expressions.values(), "request_id"),
    ],
    ids=["a line", "a person"],
)
def test_request_links_to_lines_of_all_services(
    order: KnownOrder, platform: Platform, query: str, variable: str
) -> None:
    text = looked_for(query, **{variable: order.request_id})
    assert all(lines(platform, service, text) for service in WAY)


def test_log_line_has_its_severity_for_dashboards(
    order: KnownOrder, platform: Platform
) -> None:
    [line, *_] = lines(platform, "order-service", order.request_id)
    [level] = re.findall(r"\|~ `(.*)`", WORTH_READING)
    assert not re.search(level, line)
    assert re.search(level, line.replace('"level": "info"', '"level": "error"'))


async def test_exemplar_links_to_its_trace(
    order: KnownOrder, platform: Platform, tmp_path: Path
) -> None:
    [link] = settings("prometheus")["exemplarTraceIdDestinations"]
    duration = 'http_request_duration_seconds_bucket{service="order-service"}'
    async with looking_at(platform, tmp_path) as prometheus:

        async def shown() -> bool:
            exemplars = await prometheus.exemplars(duration)
            return {link["name"]: order.trace_id} in exemplars

        await eventually(shown, within=30, every=0.5)
