"""Our own log lines and those of libraries have one format."""

import io
import json
import logging
import sys

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from chassis import Database
from chassis._observability.logging import configure_logging

DOCKER_CUTS_AT = 16 * 1024


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_log_line_is_one_json_object(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("thing-service", "INFO")
    tracer = TracerProvider().get_tracer("test")
    with (
        tracer.start_as_current_span("request") as span,
        structlog.contextvars.bound_contextvars(request_id="r-1"),
    ):
        structlog.get_logger("ours").info("thing_made", thing_id=7)
    line = json.loads(capsys.readouterr().out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "thing_made",
        "thing_id": 7,
        "level": "info",
        "logger": "ours",
        "service": "thing-service",
        "request_id": "r-1",
        "trace_id": f"{span.get_span_context().trace_id:032x}",
        "span_id": f"{span.get_span_context().span_id:016x}",
    }


@pytest.mark.parametrize(
    "library", ["uvicorn.error", "sqlalchemy.engine", "aio_pika", "alembic.runtime"]
)
def test_library_logs_in_same_format(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("thing-service", "INFO")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        logging.getLogger(library).error("lost %s of %d", "one", 3)
    line = json.loads(capsys.readouterr().out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "lost one of 3",
        "level": "error",
        "logger": library,
        "service": "thing-service",
        "request_id": "r-1",
    }


def test_fatal_error_is_logged_in_same_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    configure_logging("thing-service", "INFO")
    error = ValueError("for ada@example.com")
    sys.excepthook(ValueError, error, None)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["level"]) == ("crashed", "critical")
    assert line["exception"] == "ValueError: for ***@example.com"


@pytest.mark.parametrize("text", ["x" * 100_000, "ж\n" * 5_000, "🪔" * 900])
def test_long_line_fits_in_docker_log(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("thing-service", "INFO")
    error = ValueError(f"{text} the end")
    structlog.get_logger("ours").error("failed", thing=f"begin {text}", exc_info=error)
    written = capsys.readouterr().out
    assert len(written.encode()) < DOCKER_CUTS_AT
    line = json.loads(written)
    assert line["thing"].startswith("begin ")
    assert line["exception"].endswith("the end")
    assert line["exception"].startswith("ValueError: ")


def test_on_a_terminal_it_reads_well(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    configure_logging("thing-service", "INFO")
    try:
        int("ada@example.com")
    except ValueError:
        structlog.get_logger("ours").exception("thing_broken", thing_id=7)
    monkeypatch.undo()
    configure_logging("thing-service", "INFO")
    first, *rest = terminal.getvalue().splitlines()
    assert not first.startswith("{")
    assert "thing_broken" in first
    assert any(line.startswith("Traceback") for line in rest)
    assert "ada@" not in terminal.getvalue()


async def test_pool_does_not_log_routine_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("thing-service", "INFO")
    async with Database("postgresql+psycopg://user@127.0.0.1:9/none"):
        pass
    assert capsys.readouterr().out == ""
