"""The shortest way from the alert to the line of code, as the platform recorded it."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from observability.elsewhere import Elsewhere
from observability.lines import Line
from tools.drills.drill import Code, Drill, Logged
from tools.drills.pager import Prometheus
from tools.drills.target import Target
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")
SHOWN_SERIES = 6
SHOWN_LINES = 12
LONGEST_LINE = 400
GRAFANA = "http://localhost:3000"


@dataclass(frozen=True)
class Way:
    """The steps of the way; a step is empty if the platform recorded nothing for it.

    Attributes:
        values: what the panel shows, by its series.
        trace: the lines of all services in the trace.
    """

    drill: Drill
    values: list[tuple[Mapping[str, str], str]]
    trace_id: str
    trace: list[Line]
    line: str
    code_line: int


async def follow(
    drill: Drill, target: Target, prometheus: Prometheus, since: float
) -> Way:
    """
    Args:
        since: seconds of the epoch; earlier lines are of no concern.
    """
    # The last values since the fault, which the person on call may have mended.
    seconds = max(int(time.time() - since), 1)
    shown = f"last_over_time(({drill.panel.expression})[{seconds}s:5s])"
    values = await prometheus.query(shown)
    traced = last_line(target, drill.trace, since) if drill.trace else ""
    trace_id = _fields(traced).get("trace_id", "")
    return Way(
        drill,
        values,
        trace_id,
        _lines_of(target, trace_id) if trace_id else [],
        last_line(target, drill.log, since),
        line_number(drill.code),
    )


def last_line(target: Target, logged: Logged, since: float) -> str:
    """Returns the last such line; empty if there is none."""
    lines = target.log(logged.program).splitlines()
    return next(
        (line for line in reversed(lines) if _is_of(line, logged, since)),
        "",
    )


def line_number(code: Code) -> int:
    """Returns 0 if no line contains the text."""
    lines = (REPOSITORY / code.path).read_text().splitlines()
    return next((n for n, line in enumerate(lines, 1) if code.text in line), 0)


def _is_of(line: str, logged: Logged, since: float) -> bool:
    if not all(text in line for text in logged.texts):
        return False
    if (found := TIME.search(line)) is not None:
        written = datetime.fromisoformat(found[0]).replace(tzinfo=UTC)
        if written.timestamp() < since:
            return False
    return bool(_fields(line).get("duration_ms", 0) >= logged.slower_than)


def _fields(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _lines_of(target: Target, trace_id: str) -> list[Line]:
    lines = (
        Line.of(_fields(line))
        for service in PORTS
        for line in target.log(service).splitlines()
        if trace_id in line and _fields(line).get("trace_id") == trace_id
    )
    return sorted(lines, key=lambda line: line.began_at)


def render(way: Way, elsewhere: Elsewhere, mode: str) -> Iterator[str]:
    """
    Args:
        mode: `local` or `docker`.
    """
    drill = way.drill
    in_containers = drill.proof_in_containers if mode == "docker" else None
    yield f"What happened: {drill.story}"
    yield ""
    yield f"1. dashboard  {GRAFANA}/d/{drill.panel.dashboard}, {drill.panel.title}"
    yield f"              {drill.panel.expression}"
    for labels, value in way.values[:SHOWN_SERIES]:
        named = ", ".join(f"{k}={v}" for k, v in labels.items() if k != "__name__")
        yield f"              {value}  {named}".rstrip()
    yield from _trace(way, elsewhere)
    yield f"3. log        {drill.log.program}: {way.line[:LONGEST_LINE]}"
    for command in elsewhere.lines_of(drill.log.query):
        yield f"              {command}"
    yield f"4. proof      {in_containers or drill.proof}"
    yield f"5. code       {drill.code.path}:{way.code_line}: {drill.code.text}"


def _trace(way: Way, elsewhere: Elsewhere) -> Iterator[str]:
    if way.drill.trace is None:
        yield "2. trace      none: no request is part of this fault"
        return
    yield f"2. trace      {way.trace_id}"
    for address in elsewhere.spans_of(way.trace_id) if way.trace_id else ():
        yield f"              {address}"
    begin = way.trace[0].began_at if way.trace else 0.0
    for line in way.trace[:SHOWN_LINES]:
        after = f"{(line.began_at - begin) * 1000:.0f} ms"
        takes = "" if line.seconds is None else f"{line.seconds * 1000:.0f} ms"
        yield f"  {after:>9} {takes:>9}  {line.service:<22}{line.text[:120]}"
