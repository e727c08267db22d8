"""Prometheus, which scrapes the services in local mode; it is optional.

observability/prometheus/prometheus.yml is its configuration for containers.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.local import installed
from tools.local.errors import ProgramMissing
from tools.local.files import write_private
from tools.local.layout import REPOSITORY, Layout
from tools.local.ports import HOST
from tools.local.processes import stranger_at
from tools.local.program import Program
from tools.local.services import answers_200

NAME = "prometheus"
PORT = 9090
RULES = REPOSITORY / "observability" / "prometheus" / "rules" / "*.yml"


def obstacle(root: Path) -> str | None:
    """Returns the reason why Prometheus cannot run, if there is one."""
    try:
        installed.prometheus()
    except ProgramMissing:
        return "not running: it is not installed (Debian package: prometheus)"
    if by := stranger_at(PORT, root):
        return f"not running: port {PORT} is in use by {by.name}"
    return None


def configuration(port: int, service_ports: Mapping[str, int]) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [
            {"job_name": "services", "static_configs": _targets(service_ports)},
            {"job_name": NAME, "static_configs": _targets({NAME: port})},
        ],
    }


def program(layout: Layout, port: int, service_ports: Mapping[str, int]) -> Program:
    home = layout.data(NAME)
    conf = home / "prometheus.yml"

    def prepare() -> None:
        home.mkdir(exist_ok=True)
        # JSON is YAML too.
        write_private(conf, json.dumps(configuration(port, service_ports), indent=2))

    return Program(
        name=NAME,
        group="observers",
        command=[
            installed.prometheus(),
            f"--config.file={conf}",
            f"--storage.tsdb.path={home / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            "--enable-feature=exemplar-storage",
        ],
        directory=home,
        ready=lambda: answers_200(port, "/-/ready"),
        prepare=prepare,
    )


def _targets(ports: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"targets": [f"{HOST}:{port}"], "labels": {"service": name}}
        for name, port in ports.items()
    ]
