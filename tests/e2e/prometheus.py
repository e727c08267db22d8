"""A real Prometheus that looks at a platform every second."""

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


class Prometheus:
    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"

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
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.get(
                f"{self.url}/api/v1/{what}", params={"query": expression, **more}
            )
        assert answer.status_code == 200, f"{expression}: {answer.text}"
        return answer.json()["data"]


@asynccontextmanager
async def looking_at(
    platform: Platform, folder: Path, rules: Path = RULES
) -> AsyncIterator[Prometheus]:
    [port] = free_ports(1)
    conf = configuration(port, platform.service_ports) | {"rule_files": [str(rules)]}
    each_second = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    conf["global"] = {**each_second, "evaluation_interval": "1s"}
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
        prometheus = Prometheus(port)
        await eventually(prometheus.answers, within=60)
        yield prometheus
