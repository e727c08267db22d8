"""The registry in contracts/telemetry: every metric, log event and span."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from observability.telemetry.models import LogEvent, Metric, Span
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

FOLDER = REPOSITORY / "contracts" / "telemetry"
SERVICES = tuple(PORTS)


@cache
def metrics() -> dict[str, Metric]:
    """Returns the metrics of the services, and those of other programs."""
    read = _read("metrics")
    own = {name: _metric(name, entry) for name, entry in read["services"].items()}
    others = {
        name: _metric(name, entry, source)
        for source, entries in read["others"].items()
        for name, entry in entries.items()
    }
    return own | others


def _metric(name: str, entry: Mapping[str, Any], source: str = "") -> Metric:
    labels = entry.get("labels", {})
    return Metric(
        name,
        entry["type"],
        entry["unit"],
        entry["meaning"],
        () if source else _services(entry["services"]),
        {k: v if isinstance(v, str) else tuple(v) for k, v in labels.items()},
        source,
    )


@cache
def metric_of_series() -> dict[str, Metric]:
    """Returns the metric of each series, such as `…_bucket` of a histogram."""
    return {name: metric for metric in metrics().values() for name in metric.series}


@cache
def exemplar_labels() -> dict[str, str]:
    labels: dict[str, str] = _read("metrics")["exemplars"]
    return labels


@cache
def levels() -> tuple[str, ...]:
    return tuple(_read("logs")["levels"])


@cache
def log_events() -> dict[str, LogEvent]:
    return {
        name: LogEvent(
            name,
            entry["level"],
            entry["meaning"],
            tuple(entry["places"]),
            tuple(entry.get("fields", ())),
        )
        for name, entry in _read("logs")["events"].items()
    }


@cache
def log_fields() -> dict[str, str]:
    """Returns the meaning of each field, those of every line first."""
    read = _read("logs")
    return {**read["every_line"], **read["fields"]}


@cache
def fields_of_every_line() -> frozenset[str]:
    return frozenset(_read("logs")["every_line"])


@cache
def loki_labels() -> dict[str, str]:
    labels: dict[str, str] = _read("logs")["loki_labels"]
    return labels


@cache
def library_loggers() -> dict[str, str]:
    loggers: dict[str, str] = _read("logs")["libraries"]
    return loggers


@cache
def spans() -> dict[str, Span]:
    return {
        key: Span(
            key,
            entry["name"],
            entry["kind"],
            entry["meaning"],
            entry["source"],
            _services(entry["services"]),
            tuple(entry["attributes"]),
            tuple(entry.get("may_have", ())),
        )
        for key, entry in _read("spans")["spans"].items()
    }


@cache
def resource_attributes() -> dict[str, str]:
    attributes: dict[str, str] = _read("spans")["resource"]
    return attributes


def _services(given: str | list[str]) -> tuple[str, ...]:
    return SERVICES if given == "all" else tuple(given)


@cache
def _read(kind: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{kind}.toml").read_text())
