"""Masks e-mail addresses, and the secrets in addresses of pages, in logs and traces."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from structlog.typing import EventDict, WrappedLogger

# The pattern matches from the beginning of a word only: matching from each letter, a
# long path would block the event loop for seconds.
ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]+(?:(?:@|%40)([\w.%+-]+))+")

# The parameters with which an OpenID Connect provider sends a browser back.
SECRET = re.compile(r"((?:^|[?&])(?:code|state)=)[^&#\s]+")


def mask(text: str) -> str:
    """Returns the text with only the domains of its addresses, and without secrets."""
    if "code=" in text or "state=" in text:
        text = SECRET.sub(r"\1***", text)
    # Nearly all texts have no address, and this is a hundred times cheaper.
    if "@" not in text and "%40" not in text:
        return text
    return ADDRESS.sub(r"***@\1", text)


def mask_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The processor of structlog after which no text is added."""
    masked: EventDict = _masked(event)
    return masked


class MaskingExporter(SpanExporter):
    """Masks the texts of spans before another exporter exports them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_masked_span(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _masked_span(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=mask(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_masked(span.attributes),
        events=[
            Event(event.name, _masked(event.attributes), event.timestamp)
            for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, _masked(span.status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {key: _masked(each) for key, each in value.items()}
        case list() | tuple():
            return [_masked(each) for each in value]
        case _:
            return mask(repr(value))
