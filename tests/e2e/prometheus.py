"""A real Prometheus that looks at a platform every few seconds."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from chassis.testing import eventually
from tests.e2e.watch import running
from tools.local import installed
from tools.local.lifecycle import Platform
from tools.local.ports import HOST, free_ports
from tools.local.prometheus_server import RULES, configuration

# A scrape fails if it takes longer than the time until the next one. After many tests a
# service has thousands of series, and a machine that is busy or stalls takes seconds.
SCRAPE_SECONDS = 5


class Prometheus:
    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client

    async def answers(self) -> bool:
        try:
            return bool(await self.query("1"))
        except httpx.TransportError:
            return False

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Returns the present result of the expression; an error fails the test."""
        answer = await self._ask("query", expression)
        found: list[dict[str, Any]] = answer["result"]
        return found

    async def exemplars(self, expression: str) -> list[dict[str, str]]:
        """The labels of the exemplars behind what the expression yields."""
        span = {"start": "0", "end": "9999999999"}
        answer = await self._ask("query_exemplars", expression, **span)
        return [each["labels"] for series in answer for each in series["exemplars"]]

    async def _ask(self, what: str, expression: str, **more: str) -> Any:
        answer = await self._client.get(
            f"{self.url}/api/v1/{what}", params={"query": expression, **more}
        )
        assert answer.status_code == 200, f"{expression}: {answer.text}"
        return answer.json()["data"]


@asynccontextmanager
async def looking_at(
    platform: Platform,
    folder: Path,
    rules: Path = RULES,
    every: int = SCRAPE_SECONDS,
) -> AsyncIterator[Prometheus]:
    """
    Args:
        every: seconds between two scrapes, and at most for one; two of them must fit
            into each span of time of the rules.
    """
    [port] = free_ports(1)
    conf = configuration(port, platform.service_ports) | {"rule_files": [str(rules)]}
    conf["global"] = {
        "scrape_interval": f"{every}s",
        "scrape_timeout": f"{every}s",
        "evaluation_interval": "1s",
    }
    file = folder / "prometheus.yml"
    file.write_text(json.dumps(conf))
    command = [
        f"{installed.prometheus()}",
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        "--enable-feature=exemplar-storage",
    ]
    with running(command, folder):
        async with httpx.AsyncClient(timeout=30) as client:
            prometheus = Prometheus(f"http://{HOST}:{port}", client)
            await eventually(prometheus.answers, within=60)
            yield prometheus
