"""A collector of traces, to which services export their spans."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span


@dataclass(frozen=True)
class CollectedSpan:
    """
    Attributes:
        parent_id: that of the span it belongs to; empty for the first of a trace.
        attributes: all of them; the values that are no texts are empty.
        kind: `server`, `client`, `producer`, `consumer` or `internal`.
    """

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, str]
    kind: str


class Collector:
    """Takes OTLP over HTTP.

    Attributes:
        environment: the settings with which a service exports its spans here.
    """

    def __init__(self, port: int) -> None:
        self.environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        self._spans: list[CollectedSpan] = []

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                collector._take(self.rfile.read(size))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Logs nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            collector = cls(server.server_port)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield collector
            finally:
                server.shutdown()
                thread.join()

    def trace(self, trace_id: str) -> list[CollectedSpan]:
        """Returns the spans of this trace that have arrived so far."""
        return [span for span in self._spans if span.trace_id == trace_id]

    def spans(self) -> list[CollectedSpan]:
        return list(self._spans)

    def way(self, span: CollectedSpan) -> list[str]:
        """Returns the spans from the first known span of the trace to this one."""
        known = {each.span_id: each for each in self.trace(span.trace_id)}
        parent = known.get(span.parent_id)
        return [*(self.way(parent) if parent else ()), f"{span.service}: {span.name}"]

    def _take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self._spans += _spans(resource)


def _spans(resource: ResourceSpans) -> Iterator[CollectedSpan]:
    of_resource = {a.key: a.value.string_value for a in resource.resource.attributes}
    for scope in resource.scope_spans:
        for span in scope.spans:
            yield CollectedSpan(
                service=of_resource["service.name"],
                name=span.name,
                trace_id=span.trace_id.hex(),
                span_id=span.span_id.hex(),
                parent_id=span.parent_span_id.hex(),
                attributes={a.key: a.value.string_value for a in span.attributes},
                kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
            )
