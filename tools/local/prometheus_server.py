"""Prometheus, which scrapes the services in local mode; it is optional.

observability/prometheus/prometheus.yml is its configuration for containers.
"""

import json
from collections.abc import Mapping
from typing import Any

from tools.local import installed
from tools.local.files import write_private
from tools.local.layout import REPOSITORY
from tools.local.observer import Observer, Surroundings
from tools.local.ports import HOST, metrics_port
from tools.local.program import Program
from tools.local.services import answers_200

NAME = "prometheus"
PORTS = {"http": 9090}
RULES = REPOSITORY / "observability" / "prometheus" / "rules" / "*.yml"


def configuration(port: int, service_ports: Mapping[str, int]) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [
            {"job_name": "services", "static_configs": _targets(service_ports)},
            {"job_name": NAME, "static_configs": _targets({NAME: port})},
        ],
    }


def program(around: Surroundings) -> Program:
    home, port = around.layout.data(NAME), around.observers[NAME]["http"]
    conf = home / "prometheus.yml"

    def prepare() -> None:
        home.mkdir(exist_ok=True)
        # JSON is YAML too.
        write_private(conf, json.dumps(configuration(port, around.services), indent=2))

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
        {"targets": [f"{HOST}:{metrics_port(name, port)}"], "labels": {"service": name}}
        for name, port in ports.items()
    ]


OBSERVER = Observer(
    NAME,
    "Prometheus",
    PORTS,
    installed.prometheus,
    program,
    package="prometheus",
)
