"""Sending spans to a collector, which may well be away."""

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

LAST_WORDS_SECONDS = 2.0


def export_spans(provider: TracerProvider, endpoint: str) -> None:
    exporter = ReportingExporter(OTLPSpanExporter(endpoint), endpoint)
    provider.add_span_processor(BatchSpanProcessor(MaskingExporter(exporter)))


def end_tracing(provider: TracerProvider) -> None:
    """Sends what is left, as far as that takes a moment only."""
    # By itself it would wait for half a minute for a collector that is away.
    ending = threading.Thread(target=provider.shutdown, daemon=True)
    ending.start()
    ending.join(LAST_WORDS_SECONDS)


class ReportingExporter(SpanExporter):
    """Exports spans by way of another exporter; says once that it has failed, and once
    that it has worked again, where the library would say so with every batch."""

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
            log.info("traces_sent_again", endpoint=self._endpoint)
        self._is_failing = failed
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)
