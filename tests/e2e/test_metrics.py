"""The metrics of a platform that has been used."""

import re

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from chassis.testing import eventually
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
# Those of prometheus_client itself.
OF_THE_LIBRARY = ("python_", "process_")
OTHER_UNITS = re.compile("_(ms|milliseconds|minutes|kb|mb|percent)(_|$)")

OF_ALL = {
    "http_requests": {"method", "endpoint", "status"},
    "http_request_duration_seconds": {"method", "endpoint", "status"},
    "http_requests_in_flight": set(),
    "http_requests_rejected": {"reason"},
    "database_pool_connections_in_use": set(),
    "database_pool_connections_max": set(),
    "database_pool_waiting": set(),
}
# These have no samples before an overload.
IN_A_CROWD = {"http_requests_rejected"}
OF_PUBLISHERS: dict[str, set[str]] = {
    "outbox_unpublished_events": set(),
    "outbox_oldest_unpublished_age_seconds": set(),
}
OF_CONSUMERS = {
    "dead_letters_replayed": {"queue"},
    "queue_consuming": {"queue"},
    "queue_messages": {"queue"},
    "queue_oldest_dead_letter_age_seconds": {"queue"},
}
OF_CALLERS = {
    "peer_breaker_state": {"peer", "peer_breaker_state"},
    "token_cache_requests": {"outcome"},
}
EXPECTED = {
    "user-service": OF_PUBLISHERS
    | {"user_registrations": {"role"}, "signing_key_age_seconds": set()},
    "product-service": OF_PUBLISHERS
    | OF_CALLERS
    | {"cache_requests": {"cache", "outcome"}, "inventory_low": set()},
    "order-service": OF_PUBLISHERS
    | OF_CONSUMERS
    | OF_CALLERS
    | {
        "orders": {"status"},
        "orders_amount": {"status"},
        "order_saga_duration_seconds": {"outcome"},
        "orders_unsettled": {"waiting_for"},
        "orders_oldest_unsettled_age_seconds": {"waiting_for"},
    },
    "notification-service": OF_CONSUMERS
    | OF_CALLERS
    | {
        "inbox_events": {"event_type", "outcome"},
        "notification_attempts": {"channel", "outcome"},
        "notification_delay_seconds": {"channel"},
    },
}

LABELS = {k: v for labels in (OF_ALL, *EXPECTED.values()) for k, v in labels.items()}


async def scrape(shop: Shop, service: str) -> dict[str, Metric]:
    answer = await shop.client(service).get("/metrics", headers=OPENMETRICS)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]
    return {m.name: m for m in families if not m.name.startswith(OF_THE_LIBRARY)}


@pytest.mark.parametrize("service", EXPECTED)
async def test_every_metric_has_help_text_and_labels(
    shop: Shop, platform: Platform, service: str
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    await shop.products.get(f"/products/{lamp}")
    order = (await shop.order(ada, lamp)).json()
    await shop.is_notified_of(ada, order["id"], "order.created")
    assert set(EXPECTED) == set(platform.service_ports)

    async def all_are_there() -> dict[str, Metric]:
        found = await scrape(shop, service)
        reported = {name for name, family in found.items() if family.samples}
        missing = set(OF_ALL | EXPECTED[service]) - reported - IN_A_CROWD
        assert not missing
        return found

    found = await eventually(all_are_there)
    reported = {name for name, family in found.items() if family.samples}
    # Whether it has received an event depends on what others did.
    assert reported - {"inbox_events"} <= set(OF_ALL | EXPECTED[service])
    for name, family in found.items():
        used = {label for sample in family.samples for label in sample.labels}
        assert used - {"le"} <= LABELS[name], name
        assert len(family.documentation) > 10, name
        assert not OTHER_UNITS.search(name), name


async def test_route_is_one_label_for_all_ids(
    shop: Shop,
) -> None:
    for path in ("/orders/4711", "/orders/4712", "/wp-login.php", "/.env"):
        await shop.orders.get(path)
    requests = (await scrape(shop, "order-service"))["http_requests"]
    endpoints = {sample.labels["endpoint"] for sample in requests.samples}
    assert {"/orders/{order_id}", "unmatched"} <= endpoints
    assert not [e for e in endpoints if "471" in e or "wp" in e or "env" in e]
