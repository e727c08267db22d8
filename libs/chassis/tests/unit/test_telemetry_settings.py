"""OpenTelemetry's own settings: a wrong address is refused, all else is ignored."""

import pytest
import structlog
from structlog.testing import capture_logs

from chassis import load_settings
from chassis._observability import telemetry_settings
from chassis._observability.telemetry import tracer_provider
from chassis._observability.telemetry_settings import (
    TelemetrySettings,
    remove_malformed,
)

BASE = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


@pytest.fixture(autouse=True)
def _logger_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    # structlog keeps a logger as it was configured when it was used first.
    monkeypatch.setattr(telemetry_settings, "log", structlog.get_logger())


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, None),
        ({BASE: ""}, None),
        ({BASE: "  "}, None),
        ({BASE: " HTTP://Collector:4318/ "}, "http://collector:4318/v1/traces"),
        ({BASE: "https://[0::1]:4318/otlp"}, "https://[::1]:4318/otlp/v1/traces"),
        ({TRACES: "http://jaeger:4318/spans"}, "http://jaeger:4318/spans"),
        ({BASE: "http://a", TRACES: "http://b/spans"}, "http://b/spans"),
        ({BASE: "http://a", TRACES: " "}, "http://a/v1/traces"),
    ],
)
def test_collector_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str | None
) -> None:
    for name in (BASE, TRACES):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load_settings(TelemetrySettings).collector == address


@pytest.mark.parametrize("name", [BASE, TRACES])
@pytest.mark.parametrize(
    "value",
    [
        "jaeger:4318",
        "grpc://jaeger:4317",
        "http://",
        "http://a b:4318",
        "http://jaeger:port",
        "http://u:hunter2@jaeger:4318",
    ],
)
def test_malformed_collector_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        tracer_provider("thing-service", "1", "development")
    [line] = str(ended.value).splitlines()
    assert line.startswith(f"error: {name}: must ")
    assert ", such as http://collector:4318" in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "name", ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY"]
)
def test_certificate_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/nowhere/at/all.pem")
    with pytest.raises(SystemExit) as ended:
        tracer_provider("thing-service", "1", "development")
    assert str(ended.value) == (
        f"error: {name}: must be a file that exists, such as /run/secrets/collector.pem"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_SDK_DISABLED", "yes"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "1_0"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "5s"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "soon"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "-1"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "long"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "1.5"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "nan"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zip"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "br"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Bearer hunter2"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b,=hunter2"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=shop,hunter2"),
    ],
)
def test_malformed_value_is_ignored_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(BASE, "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    with capture_logs() as logs:
        tracer_provider("thing-service", "1", "development").shutdown()
    [line] = logs
    assert (line["event"], line["setting"]) == ("setting_ignored", name)
    assert line["reason"].startswith("must ")
    assert "hunter2" not in str(line)


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_value_is_ignored_in_silence(blank: str) -> None:
    environment = {"OTEL_BSP_SCHEDULE_DELAY": blank, "OTEL_SDK_DISABLED": blank}
    with capture_logs() as logs:
        remove_malformed(environment)
    assert (environment, logs) == ({}, [])


def test_value_that_can_be_read_is_kept() -> None:
    given = {
        "OTEL_SDK_DISABLED": "True",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_SPAN_LINK_COUNT_LIMIT": "0",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "0.5",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20x, b=c==,",
        "OTEL_RESOURCE_ATTRIBUTES": "service.namespace=shop,team=",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    }
    environment = dict(given)
    with capture_logs() as logs:
        remove_malformed(environment)
    assert (environment, logs) == (given, [])


@pytest.mark.parametrize(
    ("given", "warnings"),
    [({}, []), ({"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "200"}, ["setting_ignored"])],
)
def test_batch_is_no_larger_than_the_queue(
    given: dict[str, str], warnings: list[str]
) -> None:
    environment = {"OTEL_BSP_MAX_QUEUE_SIZE": "100", **given}
    with capture_logs() as logs:
        remove_malformed(environment)
    assert environment["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] == "100"
    assert [line["event"] for line in logs] == warnings
