"""One yardstick, served as the platform's services are: uvicorn, uvloop, httptools."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY
from tools.local.polling import wait_until
from tools.local.ports import HOST, free_ports

START_SECONDS = 20.0


@dataclass(frozen=True)
class Yardstick:
    url: str
    pid: int


@contextmanager
def running(module: str, environment: Mapping[str, str]) -> Iterator[Yardstick]:
    """Serves `tools.bench.yardsticks.<module>` on a free port, until the block ends.

    Raises:
        PlatformError: it does not start.
    """
    [port] = free_ports(1)
    command = [sys.executable, "-m", "uvicorn", f"tools.bench.yardsticks.{module}:app"]
    options = ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *options], cwd=REPOSITORY, env={**os.environ, **environment}
    )
    try:
        if not wait_until(lambda: _answers(port), START_SECONDS):
            raise PlatformError(f"the yardstick {module} does not start")
        yield Yardstick(f"http://{HOST}:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/openapi.json")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
