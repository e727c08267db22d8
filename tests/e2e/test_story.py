"""`make trace` shows one order, wherever it has been."""

import asyncio
import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.e2e.test_make import FOREIGN_SHELL
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY


async def test_order_is_followed_through_all_services(
    shop: Shop, command_line: dict[str, str]
) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        ["make", "trace"],
        cwd=REPOSITORY,
        env=command_line | FOREIGN_SHELL | {"LOCAL_ROOT": str(ROOT), "MODE": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = (
        r"ORD-\d{8}-\d{6,}: confirmed",
        r"order-service +POST /orders: 201",
        r"user-service +POST /validate-token: 200",
        r"product-service +PUT /reservations/\d+: 200",
        r"notification-service +event_processed event_type=order.created",
        r"notification-service +notification_attempted .*outcome=sent",
        r"event order.created",
    )
    ends = [match.end() for s in steps if (match := re.search(s, done.stdout))]
    assert len(ends) == len(steps), done.stdout
    assert done.stdout.index("POST /orders") < done.stdout.index("PUT /reservations")
    assert steps_in(done.stdout) <= steps_in(shown_in_readme())
    assert "  its lines  " in shown_in_readme()


def steps_in(output: str) -> set[tuple[str, str]]:
    """Each service with what it logged, whatever the ids are."""
    found = re.findall(r" ms .*?(\w+-service) +([A-Z]+ \S+|\w+)", output)
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
