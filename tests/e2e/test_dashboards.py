"""Every expression of every dashboard and rule has an answer, where there is one.

A real Prometheus looks at a platform that somebody uses.
"""

import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import yaml

from chassis.testing import eventually
from observability.dashboards import DASHBOARDS
from observability.dashboards.panels import Dashboard, Kind
from tests.e2e.prometheus import Prometheus, looking_at
from tools.client.shop import PASSWORD, Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

RULES = sorted((REPOSITORY / "observability/prometheus/rules").glob("*.yml"))

# Queries without data in this test, with the reason. Any other empty query is misspelt.
UNANSWERED = {
    r"\b(pg|redis|rabbitmq)_": "stores export metrics in containers only",
    r'job="rabbitmq"': "the same",
    r'status=~"5\.\."\}\[5m\]': "nothing fails",
    r"ALERTS\{": "nothing fires",
    "worker_overdue_seconds > 10": "no worker is late",
}


def of_dashboard(dashboard: Dashboard) -> set[str]:
    """With the spans of time that Grafana would fill in."""
    return {
        bare(text.replace("$__rate_interval", "1m").replace("$__range", "1h"))
        for panel in dashboard.panels()
        if panel.kind is not Kind.LOGS
        for text in panel.expressions.values()
    }


def of_rules(file: Path) -> set[str]:
    """Returns what alerts compare; the comparison itself has no series most times."""
    rules = [
        rule
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    ]
    whole = {bare(str(rule["expr"])) for rule in rules if "record" in rule}
    alerts = [str(rule["expr"]) for rule in rules if "alert" in rule]
    return whole | {part for alert in alerts for part in compared(alert)}


def compared(alert: str) -> list[str]:
    return re.split(r"\s(?:and(?: on\(\w+\))?|or|==|!=|>=|<=|>|<)\s", alert)


def bare(expression: str) -> str:
    """Without what would answer for it if it had no answer."""
    return expression.replace(" or vector(0)", "")


EXPRESSIONS = {f"dashboard {d.uid}": of_dashboard(d) for d in DASHBOARDS} | {
    f"rules {file.stem}": of_rules(file) for file in RULES
}


def is_answered_here(expression: str) -> bool:
    return not any(re.search(pattern, expression) for pattern in UNANSWERED)


@pytest_asyncio.fixture(scope="module")
async def prometheus(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    async with looking_at(platform, folder) as prometheus, Shop(platform) as shop:
        await use(shop)
        await use_gateway(shop, f"{platform.url(GATEWAY)}/api/v1")
        yield prometheus


async def use_gateway(shop: Shop, url: str) -> None:
    """Makes each journey that is counted at the gateway."""
    seller, ada = [await shop.register() for _ in "ab"]
    order = {"product_id": await shop.sell(seller, quantity=5), "quantity": 1}
    form = {"username": ada.username, "password": PASSWORD}
    rejected = {"Authorization": "Bearer nonsense"}
    async with httpx.AsyncClient(headers=ada.headers, timeout=20) as client:
        for _ in range(2):
            answers = (
                await client.get(f"{url}/products"),
                await client.post(f"{url}/auth/login", data=form),
                await client.post(f"{url}/orders", json=order),
                await client.get(f"{url}/orders", headers=rejected),
            )
            assert [answer.status_code for answer in answers] == [200, 200, 201, 401]


async def use(shop: Shop) -> None:
    """Uses each function of the shop once."""
    seller, ada, admin = [await shop.register() for _ in "ab"] + [await shop.appoint()]
    lamp = await shop.sell(seller, quantity=6)
    for _ in range(2):
        await shop.products.get(f"/products/{lamp}")
        await shop.products.get("/products")
    kept, dropped, refused = [await shop.order(ada, lamp, n) for n in (1, 1, 7)]
    assert [a.status_code for a in (kept, dropped, refused)] == [201, 201, 409]
    await shop.orders.delete(f"/orders/{dropped.json()['id']}", headers=ada.headers)
    order = f"/orders/{kept.json()['id']}/status"
    await shop.orders.patch(order, json={"status": "shipped"}, headers=admin.headers)
    await shop.is_notified_of(
        ada, kept.json()["id"], "order.created", "order.status_changed", within=60
    )


@pytest.mark.parametrize("place", EXPRESSIONS)
async def test_every_expression_has_an_answer(
    prometheus: Prometheus, place: str
) -> None:
    missing = {e for e in EXPRESSIONS[place] if is_answered_here(e)}

    async def complete() -> bool:
        # Not at the same moment: while a scrape fails, its gauges have no value.
        for expression in sorted(missing):
            if await prometheus.query(expression):
                missing.remove(expression)
        assert missing == set()
        return True

    # A rate takes two scrapes, and a rule's takes one more.
    await eventually(complete, within=45, every=1)


async def test_query_without_local_data_is_no_error(prometheus: Prometheus) -> None:
    for expression in every(EXPRESSIONS.values()):
        if not is_answered_here(expression):
            await prometheus.query(expression)


@pytest.mark.parametrize("pattern", UNANSWERED)
def test_excluded_pattern_matches_an_expression(pattern: str) -> None:
    asked = every(EXPRESSIONS.values())
    assert any(re.search(pattern, expression) for expression in asked)


def every(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)
