"""Alloy, configured as for containers, reads the files that Docker keeps."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.testing import eventually
from tests.e2e.watch import running
from tests.stack.conftest import Watched
from tools.local import installed
from tools.local.layout import REPOSITORY
from tools.local.ports import HOST, free_ports

pytestmark = pytest.mark.slow

CONFIGURATION = REPOSITORY / "observability/alloy/config.alloy"
SERVICE = "com.docker.compose.service"


class Container:
    """The log file of a container, as Docker's driver json-file writes it.

    Attributes:
        labels: those that the option `labels` adds to each line.
    """

    def __init__(self, folder: Path, name: str, labels: dict[str, str]) -> None:
        (folder / name).mkdir()
        self._file = folder / name / f"{name}-json.log"
        self._labels = labels

    def log(self, text: str) -> None:
        entry: dict[str, Any] = {
            "log": f"{text}\n",
            "stream": "stdout",
            "time": datetime.now(UTC).isoformat().replace("+00:00", "000Z"),
        }
        if self._labels:
            entry["attrs"] = self._labels
        with self._file.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def rotate(self) -> None:
        self._file.rename(self._file.with_suffix(".log.1"))


@contextmanager
def collected(watched: Watched, containers: Path, folder: Path) -> Iterator[None]:
    [port] = free_ports(1)
    loki = watched.grafana.loki_port
    text = CONFIGURATION.read_text()
    text = text.replace("/var/lib/docker/containers", str(containers))
    text = text.replace("http://loki:3100", f"http://{HOST}:{loki}")
    file = folder / "config.alloy"
    file.write_text(text)
    command = [
        str(installed.alloy()),
        "run",
        f"--server.http.listen-addr={HOST}:{port}",
        f"--storage.path={folder / 'positions'}",
        "--disable-reporting",
        str(file),
    ]
    with running(command, folder):
        yield


async def streams(watched: Watched, text: str) -> list[dict[str, Any]]:
    """Returns the streams that have lines with the text."""
    now = time.time()
    async with httpx.AsyncClient(timeout=10) as http:
        answer = await http.get(
            f"http://{HOST}:{watched.grafana.loki_port}/loki/api/v1/query_range",
            params={
                "query": f'{{service_name=~".+"}} |= `{text}`',
                "start": int((now - 600) * 1e9),
                "end": int((now + 60) * 1e9),
            },
        )
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


async def test_lines_of_containers_have_their_service(
    watched: Watched, tmp_path: Path
) -> None:
    mark = f"mark-{time.time_ns()}"
    containers = tmp_path / "containers"
    containers.mkdir()
    service = Container(containers, "a1", {SERVICE: "basket-service"})
    stranger = Container(containers, "b2", {})
    for number in range(3):
        service.log(f'{{"event": "{mark} {number}"}}')
        stranger.log(f"{mark} of others")

    with collected(watched, containers, tmp_path):

        async def has(count: int) -> bool:
            found = await streams(watched, mark)
            texts = [text for stream in found for _, text in stream["values"]]
            assert len(texts) == count
            return True

        await eventually(lambda: has(3), within=30)
        service.log(f'{{"event": "{mark} before the rotation"}}')
        service.rotate()
        service.log(f'{{"event": "{mark} after the rotation"}}')
        await eventually(lambda: has(5), within=30)

    [stream] = await streams(watched, mark)
    assert stream["stream"]["service"] == "basket-service"
    assert stream["stream"].keys() <= {"service", "service_name", "detected_level"}
    assert {json.loads(text)["event"].startswith(mark) for _, text in stream["values"]}


async def test_stopped_alloy_continues_where_it_was(
    watched: Watched, tmp_path: Path
) -> None:
    mark = f"mark-{time.time_ns()}"
    containers = tmp_path / "containers"
    containers.mkdir()
    service = Container(containers, "a1", {SERVICE: "basket-service"})

    async def has(*texts: str) -> bool:
        found = await streams(watched, mark)
        seen = sorted(text.strip() for one in found for _, text in one["values"])
        assert seen == sorted(f"{mark} {text}" for text in texts)
        return True

    service.log(f"{mark} first")
    with collected(watched, containers, tmp_path):
        await eventually(lambda: has("first"), within=30)
    service.log(f"{mark} second")
    with collected(watched, containers, tmp_path):
        await eventually(lambda: has("first", "second"), within=30)
