"""Compares the sources of the services with the registry, in both directions."""

import re
from collections.abc import Iterable, Iterator

from observability.telemetry import emitted, registry
from observability.telemetry.emitted import EmittedLogEvent, EmittedMetric
from observability.telemetry.models import LogEvent, Metric
from observability.telemetry.sources import PLACES, Source

VARIABLE = re.compile(r"\{\w*\}")


def metric_problems(sources: Iterable[Source]) -> Iterator[str]:
    found = [metric for source in sources for metric in emitted.metrics(source)]
    named = {name: m for name, m in registry.metrics().items() if m.services}
    yield from _unequal("metric", {m.name for m in found}, named.keys())
    for metric in found:
        if metric.name in named:
            yield from _differences(metric, named[metric.name])


def _differences(found: EmittedMetric, named: Metric) -> Iterator[str]:
    for what, here, there in (
        ("type", found.type, named.type),
        ("labels", found.labels, named.labels.keys()),
        ("meaning", found.meaning, named.meaning),
    ):
        if here != there:
            yield f"metric {found.name}: {what} {here!r} in the code, {there!r} named"


def label_value_problems(words: Iterable[str]) -> Iterator[str]:
    """
    Args:
        words: the texts of the sources, and their names in lower case.
    """
    known = set(words)
    for metric in registry.metrics().values():
        for label, values in metric.labels.items():
            if metric.services and not isinstance(values, str):
                for value in set(values) - known:
                    yield f"metric {metric.name}: {label}={value} is not in the code"


def log_event_problems(sources: Iterable[Source]) -> Iterator[str]:
    found: dict[str, list[EmittedLogEvent]] = {}
    for source in sources:
        for event in emitted.log_events(source):
            found.setdefault(event.name, []).append(event)
    named = registry.log_events()
    yield from _unequal("log event", found.keys(), named.keys())
    for name in found.keys() & named.keys():
        yield from _event_differences(found[name], named[name])
    used = {field for events in found.values() for e in events for field in e.fields}
    described = registry.log_fields().keys() - registry.fields_of_every_line()
    yield from _unequal("field of logs", used, described)


def _event_differences(found: list[EmittedLogEvent], named: LogEvent) -> Iterator[str]:
    fields = frozenset[str]().union(*(event.fields for event in found))
    for what, here, there in (
        ("levels", {event.level for event in found}, {named.level}),
        ("fields", fields, set(named.fields)),
        ("places", {event.place for event in found}, set(named.places)),
    ):
        if here != there:
            yield (
                f"log event {named.name}: {what} {sorted(here)} in the code,"
                f" {sorted(there)} named"
            )


def span_problems(sources: Iterable[Source]) -> Iterator[str]:
    """Compares the spans that no library emits."""
    found = list(sources)
    own = [s for s in registry.spans().values() if s.source in PLACES]
    yield from _unequal(
        "span",
        {(span.place, span.name) for source in found for span in emitted.spans(source)},
        {(span.source, VARIABLE.sub("{}", span.name)) for span in own},
    )
    of_own, of_libraries = (
        {a for span in spans for a in (*span.attributes, *span.may_have)}
        for spans in (own, [s for s in registry.spans().values() if s not in own])
    )
    # A service may also complete the span of a library.
    emitted_here = {a for source in found for a in emitted.span_attributes(source)}
    yield from _unequal("attribute", emitted_here - (of_libraries - of_own), of_own)
    yield from _unequal(
        "attribute of the resource",
        {a for source in found for a in emitted.resource_attributes(source)},
        registry.resource_attributes().keys(),
    )


def _unequal(kind: str, found: Iterable[object], named: Iterable[object]) -> list[str]:
    found, named = set(found), set(named)
    return [
        *(f"{kind} {each} is not in contracts/telemetry" for each in found - named),
        *(f"{kind} {each} is named, but not emitted" for each in named - found),
    ]
