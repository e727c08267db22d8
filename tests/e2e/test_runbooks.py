"""What the runbooks have one look at can be looked at, as they say."""

import asyncio
import os
import re
import subprocess

import pytest

from local.layout import REPOSITORY
from local.platform import Platform
from local.ports import SERVICE_PORTS
from tests.conftest import ROOT
from tests.runbooks import RUNBOOKS, commands, pages, spans_of
from tests.shop import Shop

PREPARE = ". docs/runbooks/commands.sh"
LOOKS = re.compile(
    r"curl |for port in .* curl |make (status|dlq)$|make sql .*QUERY=\"SELECT"
    r"|logs |broker .*(alarms|list_)|python3 "
)
# What is about one thing in particular, or about containers.
BEYOND = re.compile(r"curl .*-X |\$(ID|EVENT_ID|PID)\b|docker ")
# There may be no such line in the log, which is well.
MAY_BE_SILENT = re.compile(r"logs ")


def looks() -> list[str]:
    """The commands that change nothing, each once."""
    found = [c for page in [*pages(), RUNBOOKS / "README.md"] for c in commands(page)]
    return sorted({c for c in found if LOOKS.match(c) and not BEYOND.search(c)})


@pytest.fixture
async def terminal(platform: Platform, shop: Shop) -> dict[str, str]:
    """The environment of the person who is called."""
    administrator = await shop.administrator()
    told = {"MODE": "local", "LOCAL_ROOT": str(ROOT), "TOKEN": administrator.token}
    return {**os.environ, **told}


@pytest.mark.parametrize("command", looks())
async def test_a_look_shows_something(
    command: str, platform: Platform, terminal: dict[str, str]
) -> None:
    here = command.replace("curl ", "curl --fail ").replace(".local/", f"{ROOT}/")
    for service, port in SERVICE_PORTS.items():
        here = here.replace(str(port), str(platform.service_ports[service]))
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


async def test_every_metric_that_a_runbook_names_is_exposed(shop: Shop) -> None:
    doors = (shop.users, shop.products, shop.orders, shop.notifications)
    exposed = "".join([(await door.get("/metrics")).text for door in doors])
    known = set(re.findall(r"^# TYPE (\w+) ", exposed, re.MULTILINE))
    named = {
        name
        for page in [*pages(), RUNBOOKS / "README.md"]
        for kind, name in spans_of(page)
        if kind == "metric"
    }
    assert len(named) > 5
    assert named <= known
