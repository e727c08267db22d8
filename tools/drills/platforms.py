"""The platform that the drills break, in the mode that the command line names."""

import asyncio
import os
from pathlib import Path

import httpx

from tools.client.running import url_of
from tools.drills.containers import Containers
from tools.drills.pager import Prometheus
from tools.drills.processes import Processes
from tools.drills.target import Target
from tools.local import prometheus_server
from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.polling import wait_until
from tools.local.ports import HOST, PORTS
from tools.local.services import health

ROOT = REPOSITORY / os.environ.get("LOCAL_ROOT", ".local")
FILE = ROOT / "drill.json"


def log() -> Path:
    """Returns the log of the process that breaks the platform."""
    folder = ROOT / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "drill.log"


def urls() -> dict[str, str]:
    """Returns the URLs of the services and the gateway: usual or the environment's."""
    return {name: url_of(os.environ, name) for name in PORTS}


def ports() -> dict[str, int]:
    return {name: httpx.URL(url).port or 80 for name, url in urls().items()}


def target(mode: str) -> Target:
    """
    Args:
        mode: `local` or `docker`.
    """
    if mode == "docker":
        return Containers(urls())
    return Processes(Platform(ROOT, ports()))


def has_prometheus() -> bool:
    """Returns whether the environment names one, or the platform's answers."""
    return "PROMETHEUS_URL" in os.environ or asyncio.run(prometheus().answers())


def prometheus() -> Prometheus:
    usual = f"http://{HOST}:{prometheus_server.PORTS['http']}"
    return Prometheus(os.environ.get("PROMETHEUS_URL", usual))


def require_healthy(of: Target, seconds: float = 0.0) -> None:
    of.require_running()

    def is_healthy() -> bool:
        reports = (health(port) for port in ports().values())
        return all(report.get("status") == "healthy" for report in reports)

    if not wait_until(is_healthy, seconds, interval=1):
        raise PlatformError("Not all services are healthy: see `make status`.")
