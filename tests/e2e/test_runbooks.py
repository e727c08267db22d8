"""The runbooks' commands work on a platform that is well."""

import asyncio
import os
import re
import subprocess

import pytest
import pytest_asyncio

from tests.conftest import ROOT
from tests.runbooks import checks, repairs
from tests.terminal import Terminal, translated
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform

PREPARE = ". docs/runbooks/commands.sh"
# The log may have no such line.
MAY_BE_SILENT = re.compile(r"logs ")


@pytest_asyncio.fixture(scope="module")
async def terminal(platform: Platform) -> dict[str, str]:
    """The environment of the person on call."""
    async with Shop(platform) as shop:
        administrator = await shop.administrator()
    settings = {"MODE": "local", "LOCAL_ROOT": str(ROOT), "TOKEN": administrator.token}
    return {**os.environ, **settings}


@pytest.mark.parametrize("command", checks())
async def test_check_prints_something(
    command: str, platform: Platform, terminal: dict[str, str]
) -> None:
    here = translated(command.replace("curl ", "curl --fail "), platform)
    done = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-c", f"set -o errexit\n{PREPARE}\n{here}"],
        cwd=REPOSITORY,
        env=terminal,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or MAY_BE_SILENT.match(command)


async def test_repairs_of_healthy_platform_do_no_harm(
    platform: Platform, shop: Shop, terminal: dict[str, str]
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    order = (await shop.order(ada, lamp)).json()["id"]
    await shop.is_notified_of(ada, order, "order.created")
    (notified,) = await shop.notified(ada, order)

    named = terminal | {"ID": str(notified["id"])}
    async with Terminal.opened(platform, named) as typing:
        await typing.type(PREPARE)
        for command in repairs():
            await typing.type(command)

    await asyncio.to_thread(platform.wait_ready, "product-service")
    await shop.is_notified_of(ada, order, "order.created")
    assert await shop.buy(ada, lamp) == 201
