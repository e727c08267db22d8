"""The line of a request is like the lines that structlog renders."""

import io
import json
import sys

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from structlog.contextvars import bound_contextvars

from chassis._observability.access_log import LOGGER, AccessLog
from chassis._observability.logging import configure_logging

MOMENT = {"timestamp": "then"}


def write(path: str, method: str = "GET", user_id: int | None = 7) -> None:
    AccessLog("thing-service").write(
        "r-1", method=method, path=path, status=200, seconds=0.0012345, user_id=user_id
    )


@pytest.mark.parametrize("is_traced", [True, False])
@pytest.mark.parametrize(
    ("path", "method", "user_id"),
    [
        ("/things/1", "GET", 7),
        ("/things/1", "GET", None),
        ("/users/ada@example.com", "ada%40example.com", None),
        ('/"\\\r\n\u2028\udce9ä🙂\x1b', "GET", None),
    ],
)
def test_line_of_request_is_as_structlog_renders_it(
    capsys: pytest.CaptureFixture[str],
    path: str,
    method: str,
    user_id: int | None,
    is_traced: bool,
) -> None:
    configure_logging("thing-service", "INFO")
    fields = {"method": method, "path": path, "status": 200, "duration_ms": 1.23}
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("x") if is_traced else bound_contextvars():
        write(path, method, user_id)
        with bound_contextvars(request_id="r-1"):
            log = structlog.get_logger(LOGGER)
            log.info("request", **fields, user_id=user_id)
    written, rendered = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(written) == list(rendered)
    assert written | MOMENT == rendered | MOMENT
    assert written["timestamp"].endswith("Z")


def test_line_of_request_is_omitted_below_its_level(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("thing-service", "WARNING")
    write("/things/1")
    assert capsys.readouterr().out == ""


def test_line_of_request_reads_well_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    configure_logging("thing-service", "INFO")
    write("/users/ada@example.com")
    monkeypatch.undo()
    configure_logging("thing-service", "INFO")
    (line,) = terminal.getvalue().splitlines()
    assert not line.startswith("{")
    assert "/users/***@example.com" in line


def test_request_does_not_fail_when_its_line_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class BrokenPipe(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    configure_logging("thing-service", "INFO")
    monkeypatch.setattr(sys, "stdout", BrokenPipe())
    write("/things/1")
