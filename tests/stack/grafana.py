"""Sends what Grafana sends when a person follows its links.

Grafana 13 asks Jaeger for `/api/traces/{id}` and Loki for `/loki/api/v1/query_range`
(its pkg/tsdb/jaeger/client.go and pkg/tsdb/loki/api.go).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import yaml

from tools.local.layout import REPOSITORY
from tools.local.ports import HOST

SOURCES = REPOSITORY / "observability/grafana/provisioning/datasources/datasources.yml"
SECONDS = {"s": 1, "m": 60, "h": 3600}
# Grafana's limit, unless the data source has another one.
MAX_LINES = 1000


def settings(source: str) -> dict[str, Any]:
    """Returns the settings of a data source; in the file "$$" stands for "$"."""
    text = SOURCES.read_text().replace("$$", "$")
    found: dict[str, Any] = next(
        each["jsonData"]
        for each in yaml.safe_load(text)["datasources"]
        if each["uid"] == source
    )
    return found


def derived(name: str) -> dict[str, str]:
    """Returns a derived field of the log lines."""
    fields: list[dict[str, str]] = settings("loki")["derivedFields"]
    return next(field for field in fields if field["name"] == name)


def interpolated(text: str, **variables: str) -> str:
    """Fills in the variables: `span_traceId` is the value of `${__span.traceId}`."""
    for name, value in variables.items():
        text = text.replace(f"${{__{name.replace('_', '.')}}}", value)
    assert "${" not in text
    return text


@dataclass(frozen=True)
class Span:
    """
    Attributes:
        start: seconds of the epoch.
        url_path: the path of a request.
    """

    trace_id: str
    service: str
    name: str
    start: float
    seconds: float
    url_path: str


@dataclass(frozen=True)
class Line:
    service: str
    text: str


@dataclass(frozen=True)
class Grafana:
    jaeger_port: int
    loki_port: int

    async def trace(self, trace_id: str) -> list[Span]:
        """Opens a trace; empty if Jaeger does not know it."""
        async with httpx.AsyncClient(timeout=10) as http:
            url = f"http://{HOST}:{self.jaeger_port}/api/traces/{trace_id}"
            answer = await http.get(url)
        if answer.status_code == 404:
            return []
        assert answer.status_code == 200, answer.text
        # Grafana takes the first trace.
        return list(_spans(answer.json()["data"][0]))

    async def lines(self, query: str, start: float, end: float) -> list[Line]:
        """Runs a log query, from and until seconds of the epoch."""
        parameters: dict[str, str | int] = {
            "query": query,
            "direction": "backward",
            "limit": MAX_LINES,
            "start": int(start * 1e9),
            "end": int(end * 1e9),
            "step": "1000ms",
        }
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.get(
                f"http://{HOST}:{self.loki_port}/loki/api/v1/query_range",
                params=parameters,
                headers={"X-Loki-Response-Encoding-Flags": "categorize-labels"},
            )
        assert answer.status_code == 200, f"{query}: {answer.text}"
        return [
            Line(stream["stream"]["service"], text)
            for stream in answer.json()["data"]["result"]
            for _, text, *_ in stream["values"]
        ]

    async def logs_of(self, span: Span) -> list[Line]:
        """Clicks on the log icon of a span."""
        link = settings("jaeger")["tracesToLogsV2"]
        assert link["customQuery"]
        assert link["datasourceUid"] == "loki"
        start = span.start + _shift(link["spanStartTimeShift"])
        end = span.start + span.seconds + _shift(link["spanEndTimeShift"])
        query = interpolated(link["query"], span_traceId=span.trace_id)
        return await self.lines(query, start, end)

    async def trace_of(self, line: Line) -> list[Span]:
        """Clicks on the derived field of a line, which opens its trace."""
        field = derived("trace")
        assert field["datasourceUid"] == "jaeger"
        value = matched(field, line.text)
        return await self.trace(interpolated(field["url"], value_raw=value))


def matched(field: dict[str, str], text: str) -> str:
    found = re.search(field["matcherRegex"], text)
    assert found, f"{field['name']} is not in {text}"
    return found[1]


def _shift(text: str) -> int:
    return int(text[:-1]) * SECONDS[text[-1]]


def _spans(trace: dict[str, Any]) -> Iterator[Span]:
    for span in trace["spans"]:
        tags = {tag["key"]: tag["value"] for tag in span["tags"]}
        yield Span(
            trace_id=span["traceID"],
            service=trace["processes"][span["processID"]]["serviceName"],
            name=span["operationName"],
            start=span["startTime"] / 1e6,
            seconds=span["duration"] / 1e6,
            url_path=tags.get("url.path") or tags.get("http.target", ""),
        )
