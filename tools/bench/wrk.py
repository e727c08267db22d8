"""Load from wrk, which costs little CPU of its own."""

import asyncio
import json
import resource
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

from tools.local import installed
from tools.local.errors import PlatformError

CONNECTIONS = 16

SCRIPT = """\
local requests, turn = {}, 0
function init()
%(requests)s
end
function request()
  turn = turn %% #requests + 1
  return requests[turn]
end
function delay()
  return %(pause_ms)d
end
function done(summary, latency)
  local e = summary.errors
  local failed = e.status + e.connect + e.read + e.write + e.timeout
  local form = '{"requests": %%d, "failed": %%d, ' ..
    '"p50_ms": %%f, "p99_ms": %%f, "max_ms": %%f}\\n'
  local p50, p99 = latency:percentile(50) / 1000, latency:percentile(99) / 1000
  local max = latency.max / 1000
  io.write(string.format(form, summary.requests, failed, p50, p99, max))
end
"""


@dataclass(frozen=True)
class Request:
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None

    def lua(self) -> str:
        headers = ", ".join(f"[{_text(k)}]={_text(v)}" for k, v in self.headers.items())
        body = "nil" if self.body is None else _text(self.body)
        arguments = f"{_text(self.method)}, {_text(self.path)}, {{{headers}}}, {body}"
        return f"  requests[#requests + 1] = wrk.format({arguments})"


@dataclass(frozen=True)
class Load:
    """
    Attributes:
        requests: how many were answered.
        failed: how many of them with a status from 400 on, or not at all.
        cpu: seconds that wrk itself used.
    """

    requests: int
    failed: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu: float


async def send(
    url: str,
    requests: Sequence[Request],
    seconds: int,
    connections: int = CONNECTIONS,
    pause_ms: int = 0,
) -> Load:
    """Sends the requests in rotation, for so many seconds.

    Args:
        pause_ms: how long each connection waits before each request.

    Raises:
        PlatformError: wrk is not installed, or failed.
    """
    program = installed.wrk()
    rotation = "\n".join(request.lua() for request in requests)
    lua = SCRIPT % {"requests": rotation, "pause_ms": pause_ms}
    amount = ("-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(lua)
        before = _children_cpu()
        wrk = await asyncio.create_subprocess_exec(
            program, *amount, "-s", str(script), url, stdout=PIPE, stderr=PIPE
        )
        output, errors = await wrk.communicate()
        cpu = _children_cpu() - before
    if wrk.returncode != 0:
        raise PlatformError(f"wrk failed: {(errors or output).decode().strip()}")
    return Load(**json.loads(output.decode().splitlines()[-1]), cpu=cpu)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _text(text: str) -> str:
    """A string of Lua; JSON's escapes of ASCII text are Lua's too."""
    if not text.isascii():
        raise ValueError("wrk's requests are ASCII")
    return json.dumps(text)
