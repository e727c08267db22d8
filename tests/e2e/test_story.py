"""`make trace` shows one order, wherever it has been."""

import asyncio
import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.e2e.test_make import FOREIGN_SHELL
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY


async def test_order_is_followed_from_gateway_through_all_services(
    shop: Shop, command_line: dict[str, str]
) -> None:
    printed = await make_trace(command_line)
    steps = (
        r"ORD-\d{8}-\d{6,}: confirmed",
        r"api-gateway +POST /api/v1/orders: 201",
        r"order-service +POST /orders: 201",
        r"user-service +POST /validate-token: 200",
        r"product-service +PUT /reservations/\d+: 200",
        r"notification-service +event_processed event_type=order.created",
        r"notification-service +notification_attempted .*outcome=sent",
        r"event order.created",
    )
    places = [match.start() for s in steps if (match := re.search(s, printed))]
    assert len(places) == len(steps), printed
    _, at_gateway, at_orders, _, at_products, *_ = places
    assert at_gateway < at_orders < at_products
    assert steps_in(printed) <= steps_in(shown_in_readme())
    assert "  its lines  " in shown_in_readme()


async def test_order_is_followed_without_gateway(
    shop: Shop, command_line: dict[str, str]
) -> None:
    printed = await make_trace(command_line | {"GATEWAY_URL": "http://127.0.0.1:9"})
    assert "The gateway is not ready" in printed
    assert re.search(r"order-service +POST /orders: 201", printed)
    assert not re.search(r"api-gateway +POST", printed)


async def make_trace(environment: dict[str, str]) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        ["make", "trace"],
        cwd=REPOSITORY,
        env=environment | FOREIGN_SHELL | {"LOCAL_ROOT": str(ROOT), "MODE": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def steps_in(output: str) -> set[tuple[str, str]]:
    """Each service with what it logged, whatever the ids are."""
    found = re.findall(r" ms .*?(\w+-service|api-gateway) +([A-Z]+ \S+|\w+)", output)
    return {(service, re.sub(r"\d+", "1", words)) for service, words in found}


def shown_in_readme() -> str:
    readme = (REPOSITORY / "README.md").read_text()
    return readme.partition("```\nORD-")[2].partition("```")[0]


async def test_missing_platform_is_explained(
    command_line: dict[str, str],
) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "observability.story", "local"],
        cwd=REPOSITORY,
        env=command_line | {"ORDER_URL": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make up" in done.stderr
