"""The metrics of a platform that has been used."""

import re
from itertools import product

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from chassis.testing import eventually
from observability.telemetry import models, registry
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, HOST, PORTS, metrics_port

OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
# Those of prometheus_client itself.
OF_THE_LIBRARY = ("python_", "process_")
OTHER_UNITS = re.compile("_(ms|milliseconds|minutes|kb|mb|percent)(_|$)")
# They begin with the first token, because the gateway, which could check tokens, never
# does.
BEGIN_LATER = {"token_cache_requests"}


def registered(service: str) -> dict[str, models.Metric]:
    """Returns the metrics of the service, by their names in OpenMetrics."""
    return {
        name.removesuffix("_total"): metric
        for name, metric in registry.metrics().items()
        if service in metric.services
    }


async def scrape(platform: Platform, service: str) -> dict[str, Metric]:
    port = metrics_port(service, platform.service_ports[service])
    async with httpx.AsyncClient() as client:
        url = f"http://{HOST}:{port}/metrics"
        answer = await client.get(url, headers=OPENMETRICS)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]
    return {m.name: m for m in families if not m.name.startswith(OF_THE_LIBRARY)}


@pytest.mark.parametrize("service", PORTS)
async def test_service_reports_exactly_its_registered_metrics(
    public_shop: Shop, platform: Platform, service: str
) -> None:
    shop = public_shop
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    await shop.products.get(f"/products/{lamp}")
    order = (await shop.order(ada, lamp)).json()
    await shop.is_notified_of(ada, order["id"], "order.created")
    named = registered(service)

    async def all_are_there() -> dict[str, Metric]:
        found = await scrape(platform, service)
        reported = {name for name, family in found.items() if family.samples}
        missing = named.keys() - reported
        assert missing == set()
        return found

    found = await eventually(all_are_there)
    for name, family in found.items():
        if family.samples:
            assert name in named
            assert labels_are_registered(family, named[name]), name
            assert not OTHER_UNITS.search(name), name


@pytest.mark.parametrize("service", PORTS)
async def test_counters_of_known_labels_begin_at_zero(
    shop: Shop, platform: Platform, service: str
) -> None:
    """A rate needs the count before the first event, which may be a rare failure."""
    found = await scrape(platform, service)
    named = registered(service)
    for name in named.keys() - BEGIN_LATER:
        metric = named[name]
        labels = {k: v for k, v in metric.labels.items() if not isinstance(v, str)}
        if metric.type not in ("counter", "histogram") or labels != metric.labels:
            continue
        samples = found[name].samples
        reported = {tuple(each.labels[label] for label in labels) for each in samples}
        assert reported >= set(product(*labels.values())), name


def labels_are_registered(family: Metric, named: models.Metric) -> bool:
    return all(
        label == "le" or is_registered(named.labels.get(label), value)
        for sample in family.samples
        for label, value in sample.labels.items()
    )


def is_registered(values: tuple[str, ...] | str | None, value: str) -> bool:
    """A sentence instead of values allows all of them."""
    return values is not None and (isinstance(values, str) or value in values)


@pytest.mark.parametrize(
    ("service", "route"),
    [
        ("order-service", "/orders/{order_id}"),
        ("api-gateway", "/api/v1/orders/{order_id}"),
    ],
)
async def test_route_is_one_label_for_all_ids(
    shop: Shop, public_shop: Shop, platform: Platform, service: str, route: str
) -> None:
    asked = public_shop if service == GATEWAY else shop
    for path in ("/orders/4711", "/orders/4712", "/wp-login.php", "/.env"):
        await asked.orders.get(path)
    requests = (await scrape(platform, service))["http_requests"]
    endpoints = {sample.labels["endpoint"] for sample in requests.samples}
    assert {route, "unmatched"} <= endpoints
    assert not [e for e in endpoints if "471" in e or "wp" in e or "env" in e]
