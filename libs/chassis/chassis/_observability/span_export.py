"""Exports spans to a collector, which may be unavailable."""

import threading
from collections.abc import Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from chassis._observability.masking import MaskingExporter

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 2.0


def export_spans(provider: TracerProvider, endpoint: str) -> None:
    exporter = ReportingExporter(OTLPSpanExporter(endpoint), endpoint)
    provider.add_span_processor(BatchSpanProcessor(MaskingExporter(exporter)))


def end_tracing(provider: TracerProvider) -> None:
    """Exports the remaining spans, for at most `FLUSH_SECONDS`."""
    # Without this limit it would wait half a minute for an unavailable collector.
    ending = threading.Thread(target=provider.shutdown, daemon=True)
    ending.start()
    ending.join(FLUSH_SECONDS)


class ReportingExporter(SpanExporter):
    """Exports spans with another exporter, and logs once that exports fail, and once
    that they succeed again. The library would log every failed batch."""

    def __init__(self, exporter: SpanExporter, endpoint: str) -> None:
        self._exporter = exporter
        self._endpoint = endpoint
        self._is_failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        failed = result is not SpanExportResult.SUCCESS
        if failed and not self._is_failing:
            log.warning("trace_export_failed", endpoint=self._endpoint)
        elif self._is_failing and not failed:
            log.info("trace_export_recovered", endpoint=self._endpoint)
        self._is_failing = failed
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)
