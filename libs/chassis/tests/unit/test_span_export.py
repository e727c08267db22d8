"""Services work without a collector."""

import threading
import time

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from structlog.testing import capture_logs

from chassis._observability import span_export
from chassis._observability.logging import configure_logging
from chassis._observability.span_export import ReportingExporter, end_tracing
from chassis._observability.telemetry import tracer_provider
from chassis.testing import Collector, eventually


class Outcomes(SpanExporter):
    """An exporter with the given outcomes."""

    def __init__(self, *outcomes: SpanExportResult) -> None:
        self._outcomes = list(outcomes)

    def export(self, spans: object) -> SpanExportResult:
        return self._outcomes.pop(0)


def test_collector_outage_and_its_end_are_logged_once() -> None:
    ok, failed = SpanExportResult.SUCCESS, SpanExportResult.FAILURE
    outcomes = [ok, failed, failed, failed, ok, ok, failed]
    exporter = ReportingExporter(Outcomes(*outcomes), "http://collector")
    with capture_logs() as logs:
        for _ in outcomes:
            exporter.export([])
    events = [line["event"] for line in logs]
    assert events == [
        "trace_export_failed",
        "trace_export_recovered",
        "trace_export_failed",
    ]


def test_exporter_itself_does_not_log_outage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("thing-service", "INFO")
    away = "http://127.0.0.1:9"
    exporter = ReportingExporter(OTLPSpanExporter(away, timeout=0.1), away)
    for _ in range(3):
        exporter.export([])
    (line,) = capsys.readouterr().out.splitlines()
    assert '"trace_export_failed"' in line


async def test_spans_are_exported_to_configured_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Collector.running() as collector:
        for name, value in collector.environment.items():
            monkeypatch.setenv(name, value)
        provider = tracer_provider("thing-service", "1", "development")
        span = provider.get_tracer("test").start_span("for ada@example.com")
        span.end()

        async def arrives() -> list[str]:
            spans = collector.trace(f"{span.get_span_context().trace_id:032x}")
            return [f"{each.service}: {each.name}" for each in spans]

        assert await eventually(arrives) == ["thing-service: for ***@example.com"]
        end_tracing(provider)


def test_service_ends_while_collector_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(span_export, "FLUSH_SECONDS", 0.1)
    answer = threading.Event()

    class Hanging(Outcomes):
        def export(self, spans: object) -> SpanExportResult:
            answer.wait()
            return SpanExportResult.FAILURE

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Hanging()))
    provider.get_tracer("test").start_span("x").end()
    started = time.monotonic()
    end_tracing(provider)
    # By itself, OpenTelemetry would wait for 30 s.
    assert time.monotonic() - started < 20
    answer.set()
