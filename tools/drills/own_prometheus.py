"""A Prometheus for drills in containers, if that of the platform is not started.

It evaluates the platform's rules, and scrapes the services at their published ports.
The stores publish none, so that it lacks their metrics.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.drills.process import end
from tools.local import installed, prometheus_server
from tools.local.errors import PlatformError, ProgramMissing
from tools.local.files import write_private
from tools.local.polling import wait_until
from tools.local.ports import HOST
from tools.local.services import answers_200

SECONDS = 30
PORT = prometheus_server.PORTS["http"]


def start(root: Path, services: Mapping[str, int]) -> int:
    """Starts it with an empty store, and returns the id of its process.

    Args:
        root: the folder of the drill's files.
        services: the port of each service.

    Raises:
        PlatformError: it is not installed, or does not start.
    """
    home = _home(root)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    conf = prometheus_server.configuration(PORT, services)
    write_private(home / "prometheus.yml", json.dumps(conf))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- every word is our own
            [
                _program(),
                f"--config.file={home / 'prometheus.yml'}",
                f"--storage.tsdb.path={home / 'data'}",
                f"--web.listen-address={HOST}:{PORT}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if not wait_until(lambda: answers_200(PORT, "/-/ready"), SECONDS):
        process.kill()
        raise PlatformError(f"Prometheus did not start: {home / 'log'} shows why.")
    return process.pid


def stop(root: Path, pid: int) -> None:
    """Ends it and deletes its data, if it runs."""
    if pid:
        end(pid, str(_home(root)))
        shutil.rmtree(_home(root), ignore_errors=True)


def _home(root: Path) -> Path:
    return root / "drill-prometheus"


def _program() -> Path:
    try:
        return installed.prometheus()
    except ProgramMissing:
        raise PlatformError(
            "No alert can fire, because Prometheus neither runs in the platform nor is"
            " installed on this machine: `docker compose up --detach prometheus` starts"
            " it."
        ) from None
