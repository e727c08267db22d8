"""Traces that are recorded, and calls that begin none."""

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from structlog.testing import capture_logs

from chassis._observability import telemetry, telemetry_settings
from chassis._observability.telemetry import tracer_provider


@pytest.fixture(autouse=True)
def _exporting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("OTEL_TRACES_SAMPLER", raising=False)
    monkeypatch.setattr(telemetry, "export_spans", lambda *_: None)
    # structlog keeps a logger as it was configured when it was used first.
    monkeypatch.setattr(telemetry_settings, "log", structlog.get_logger())


def recorded(provider: TracerProvider, kind: SpanKind, spans: int = 1) -> int:
    tracer = provider.get_tracer("test")
    return sum(tracer.start_span("x", kind=kind).is_recording() for _ in range(spans))


def test_development_records_every_request() -> None:
    provider = tracer_provider("thing-service", "1", "development")
    assert recorded(provider, SpanKind.SERVER, 100) == 100


def test_in_production_one_request_in_ten_is_recorded() -> None:
    provider = tracer_provider("thing-service", "1", "production")
    # A thousand more or less would be a chance of one in many millions.
    assert 9_500 < recorded(provider, SpanKind.SERVER, 100_000) < 10_500


def test_environment_overrides_default_sampler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_on")
    provider = tracer_provider("thing-service", "1", "production")
    assert recorded(provider, SpanKind.SERVER, 100) == 100


@pytest.mark.parametrize(
    ("sampler", "ratio", "least", "most"),
    [
        ("always_off", "", 0, 0),
        (" Always_On ", "0", 1_000, 1_000),
        ("traceidratio", "0.5", 350, 650),
        ("parentbased_traceidratio", " 0 ", 0, 0),
        ("parentbased_traceidratio", "", 1_000, 1_000),
    ],
)
def test_sampler_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, sampler: str, ratio: str, least: int, most: int
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", ratio)
    provider = tracer_provider("thing-service", "1", "production")
    assert least <= recorded(provider, SpanKind.SERVER, 1_000) <= most


@pytest.mark.parametrize("ratio", ["half", "1.5", "-0.1", "nan", "10%"])
def test_malformed_ratio_is_ignored_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, ratio: str
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", ratio)
    with capture_logs() as logs:
        provider = tracer_provider("thing-service", "1", "production")
    assert recorded(provider, SpanKind.SERVER, 100) == 100
    assert logs == [
        {
            "event": "setting_ignored",
            "setting": "OTEL_TRACES_SAMPLER_ARG",
            "reason": "must be a number from 0 to 1",
            "log_level": "warning",
        }
    ]


def test_unknown_sampler_is_ignored_with_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "sometimes")
    with capture_logs() as logs:
        provider = tracer_provider("thing-service", "1", "development")
    assert recorded(provider, SpanKind.SERVER, 100) == 100
    [line] = logs
    assert (line["event"], line["setting"]) == (
        "setting_ignored",
        "OTEL_TRACES_SAMPLER",
    )
    assert "parentbased_traceidratio" in line["reason"]


def test_spans_without_collector_are_not_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    provider = tracer_provider("thing-service", "1", "development")
    assert recorded(provider, SpanKind.SERVER) == 0


def test_collector_without_address_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    provider = tracer_provider("thing-service", "1", "development")
    assert recorded(provider, SpanKind.SERVER) == 0


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        (SpanKind.SERVER, True),
        (SpanKind.CONSUMER, True),
        (SpanKind.PRODUCER, True),
        (SpanKind.CLIENT, False),
    ],
)
def test_no_trace_begins_with_a_call(kind: SpanKind, begins: bool) -> None:
    provider = tracer_provider("thing-service", "1", "development")
    assert recorded(provider, kind) == begins


def test_call_is_recorded_with_its_request() -> None:
    provider = tracer_provider("thing-service", "1", "development")
    with provider.get_tracer("test").start_as_current_span("x", kind=SpanKind.SERVER):
        assert recorded(provider, SpanKind.CLIENT) == 1
