"""docs/TELEMETRY.md, written from the registry."""

from collections.abc import Iterable, Iterator

from observability.telemetry import registry
from observability.telemetry.models import LogEvent, Metric, Span
from observability.telemetry.registry import SERVICES
from tools.local.layout import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "TELEMETRY.md"


def render() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Telemetry"
    yield ""
    yield "All metrics, log events and spans. `make contracts` generates this page from"
    yield "[contracts/telemetry](../contracts/telemetry); do not edit it. `make test`"
    yield "checks that the code emits exactly these names, and that dashboards, rules,"
    yield "Alloy, data sources and runbooks use no others."
    yield "[OBSERVABILITY.md](OBSERVABILITY.md) shows how to use them."
    yield ""
    yield from _metrics()
    yield from _logs()
    yield from _spans()


def _metrics() -> Iterator[str]:
    every = registry.metrics().values()
    yield "## Metrics of the services"
    yield ""
    yield "Prometheus adds `job`, `service`, `instance` to each series. An exemplar"
    yield f"is one request behind a number: {_code(registry.exemplar_labels())}."
    yield ""
    yield from _table(
        ("metric", "type", "unit", "labels", "services", "meaning"),
        (
            (
                f"`{m.name}`",
                m.type,
                m.unit,
                _label_list(m),
                _service_list(m.services),
                m.meaning,
            )
            for m in every
            if m.services
        ),
    )
    yield "## Metrics of other programs"
    yield ""
    yield "Those that dashboards or rules query."
    yield ""
    yield from _table(
        ("metric", "from", "type", "unit", "labels", "meaning"),
        (
            (f"`{m.name}`", m.source, m.type, m.unit, _label_list(m), m.meaning)
            for m in every
            if not m.services
        ),
    )


def _label_list(metric: Metric) -> str:
    return "; ".join(
        f"`{label}`: {values if isinstance(values, str) else _code(values)}"
        for label, values in metric.labels.items()
    )


def _logs() -> Iterator[str]:
    every_line = registry.fields_of_every_line()
    yield "## Log events"
    yield ""
    yield "A line is one JSON object. Its label in Loki is"
    yield f"{_code(registry.loki_labels())}. Libraries log sentences as events; their"
    yield f"loggers are {_code(registry.library_loggers())}."
    yield ""
    yield from _table(
        ("log event", "level", "fields", "from", "meaning"),
        (
            (f"`{e.name}`", e.level, _code(e.fields), _places(e), e.meaning)
            for e in registry.log_events().values()
        ),
    )
    for title, is_common in (("every line", True), ("single events", False)):
        yield f"### Fields of {title}"
        yield ""
        yield from _table(
            ("field", "meaning"),
            (
                (f"`{name}`", meaning)
                for name, meaning in registry.log_fields().items()
                if (name in every_line) == is_common
            ),
        )


def _places(event: LogEvent) -> str:
    return ", ".join("any service" if p == "chassis" else p for p in event.places)


def _spans() -> Iterator[str]:
    yield "## Spans"
    yield ""
    yield "The process that sends spans is described by"
    yield f"{_code(registry.resource_attributes())}."
    yield ""
    yield from _table(
        ("span", "kind", "services", "meaning", "attributes"),
        (
            (
                f"`{s.name}`",
                s.kind,
                _service_list(s.services),
                s.meaning,
                _attributes(s),
            )
            for s in registry.spans().values()
        ),
    )


def _attributes(span: Span) -> str:
    optional = f"; perhaps {_code(span.may_have)}" if span.may_have else ""
    return f"{_code(span.attributes)}{optional}"


def _service_list(services: tuple[str, ...]) -> str:
    return "all" if services == SERVICES else ", ".join(services)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def main() -> None:
    DOCUMENT.write_text(render())


if __name__ == "__main__":
    main()
