"""The lines that services have logged, read where they are."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

# Compose 2.26 writes it before each line, even into a pipe.
CLEARS_LINE = "\x1b[2K"

# Fields that every line has, or that repeat another field.
ORDINARY = {
    *("event", "level", "logger", "timestamp", "service", "user_id"),
    *("trace_id", "span_id", "request_id"),
    *("method", "path", "status", "duration_ms"),
}


@dataclass(frozen=True)
class Line:
    """One line of a log.

    Attributes:
        began_at: seconds of the epoch: the time of the line, or the start of the
            operation if the line logs its end.
        seconds: the duration of the operation, if the line logs it.
    """

    service: str
    began_at: float
    seconds: float | None
    text: str

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Line":
        written_at = datetime.fromisoformat(fields["timestamp"]).timestamp()
        took = fields.get("duration_ms")
        seconds = None if took is None else took / 1000
        return cls(
            fields["service"], written_at - (seconds or 0), seconds, _text(fields)
        )


def _text(fields: dict[str, Any]) -> str:
    if fields["event"] == "request":
        return f"{fields['method']} {fields['path']}: {fields['status']}"
    others = (f"{k}={v}" for k, v in fields.items() if k not in ORDINARY)
    return " ".join([fields["event"], *others])


def read_lines(mode: str, since: float, trace_id: str) -> list[Line]:
    """The lines of one trace, in order.

    Args:
        mode: `local` or `docker`.
        since: seconds of the epoch; what is older need not be read.
    """
    lines = _local() if mode == "local" else container_logs(since)
    found = [
        Line.of(fields)
        for fields in _parsed(lines)
        if fields.get("trace_id") == trace_id
    ]
    return sorted(found, key=lambda line: line.began_at)


def local_logs() -> Path:
    return Path(os.environ.get("LOCAL_ROOT", ".local")) / "log"


def _local() -> Iterator[str]:
    for program in PORTS:
        log = local_logs() / f"{program}.log"
        if log.exists():
            yield from log.read_text(errors="replace").splitlines()


def container_logs(since: float, *services: str) -> list[str]:
    """Returns the lines of all containers, or of those of the services.

    Args:
        since: seconds of the epoch; older lines are left out.
    """
    command = ["docker", "compose", "logs", "--no-log-prefix", "--no-color"]
    done = subprocess.run(  # noqa: S603 -- every word is our own
        [*command, "--since", f"{since:.0f}", *services],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise PlatformError(f"docker compose logs failed: {done.stderr.strip()}")
    return [line.removeprefix(CLEARS_LINE) for line in done.stdout.split("\n")]


def _parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            fields = json.loads(line)
        except ValueError:
            continue  # a store's, which are no JSON
        if isinstance(fields, dict):
            yield fields
