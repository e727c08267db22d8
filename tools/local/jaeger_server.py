"""Jaeger, which keeps the traces in local mode; it is optional."""

from collections.abc import Mapping

from tools.local import installed
from tools.local.layout import REPOSITORY
from tools.local.observer import Observer, Ports, Surroundings
from tools.local.ports import HOST
from tools.local.program import Program
from tools.local.services import answers_200

NAME = "jaeger"
PORTS = {
    "ui": 16686,
    "otlp": 4318,
    "otlp-grpc": 4317,
    "query-grpc": 16685,
    "health": 13133,
}
CONFIGURATION = REPOSITORY / "observability" / "jaeger" / "jaeger.yml"
ENDPOINTS = {
    "ui": "extensions.jaeger_query.http",
    "otlp": "receivers.otlp.protocols.http",
    "otlp-grpc": "receivers.otlp.protocols.grpc",
    "query-grpc": "extensions.jaeger_query.grpc",
    "health": "extensions.healthcheckv2.http",
}


def program(around: Surroundings) -> Program:
    home, ports = around.layout.data(NAME), around.observers[NAME]
    directories = "extensions.jaeger_storage.backends.disk.badger.directories"
    return Program(
        name=NAME,
        group="observers",
        command=[
            installed.jaeger(),
            f"--config={CONFIGURATION}",
            # Each of these replaces a value of the file.
            *(
                f"--set={section}.endpoint={HOST}:{ports[name]}"
                for name, section in ENDPOINTS.items()
            ),
            *(
                f"--set={directories}.{part}={home / part}"
                for part in ("keys", "values")
            ),
        ],
        directory=home,
        ready=lambda: answers_200(ports["health"], "/status"),
        prepare=lambda: home.mkdir(exist_ok=True),
    )


def collector(observers: Mapping[str, Ports]) -> dict[str, str]:
    """Returns the settings with which a service exports its spans to it, if it runs."""
    if NAME not in observers:
        return {}
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HOST}:{observers[NAME]['otlp']}"}


OBSERVER = Observer(
    NAME,
    "Jaeger",
    PORTS,
    installed.jaeger,
    program,
)
