"""Logs and traces contain no e-mail address."""

import logging
import time
import uuid
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from chassis._observability.logging import configure_logging
from chassis._observability.masking import MaskingExporter, mask, mask_event


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("to ada@example.com", "to ***@example.com"),
        ("<ada.b+c@mail.example.com>: 550", "<***@mail.example.com>: 550"),
        ("\nzoë@example.com,bob@example.org\n", "\n***@example.com,***@example.org\n"),
        ("to='ada@localhost'", "to='***@localhost'"),
        ("/orders/user/ada@example.com", "/orders/user/***@example.com"),
        ("/users?q=ada%40example.com&limit=5", "/users?q=***@example.com&limit=5"),
        ("?to=ada@example.com%2Cbob@example.org", "?to=***@example.org"),
        ("ada@bob@example.com!eve@example.com", "***@example.com!***@example.com"),
        ("amqp://shop:pw@rabbit:5672/", "amqp://shop:***@rabbit:5672/"),
        (
            "/back?code=Sp1x&iss=a&state=af0=#x",
            "/back?code=***&iss=a&state=***#x",
        ),
        ("code=Sp1x&q=lamp", "code=***&q=lamp"),
        ("exit_code=1 ?barcode=7", "exit_code=1 ?barcode=7"),
        ("an @ alone, user:3, 40%, a@", "an @ alone, user:3, 40%, a@"),
    ],
)
def test_masked_address_keeps_only_its_domain(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize("word", ["x", "@", "x@", "x.", "%40", "x%40", "+@."])
def test_masking_time_is_linear_in_length(word: str) -> None:
    started = time.process_time()
    mask("@ /" + word * 100_000)
    assert time.process_time() - started < 5


def test_addresses_are_masked_wherever_they_stand() -> None:
    class Letter:
        def __repr__(self) -> str:
            return "Letter(to='ada@example.com')"

    number = uuid.UUID(int=0)
    event: dict[str, Any] = {
        "event": "sent",
        "to": ["ada@example.com", {"cc": ("bob@example.com",)}],
        "letter": Letter(),
        "id": number,
        "attempt": 1,
        "late": False,
        "error": None,
    }
    assert mask_event(None, "", event) == {
        "event": "sent",
        "to": ["***@example.com", {"cc": ["***@example.com"]}],
        "letter": "Letter(to='***@example.com')",
        "id": repr(number),
        "attempt": 1,
        "late": False,
        "error": None,
    }


def test_no_log_line_has_an_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("thing-service", "INFO")
    try:
        int("ada@example.com")
    except ValueError:
        structlog.get_logger("ours").exception("broke", recipient="ada@example.com")
    logging.getLogger("theirs").warning("refused %s", "ada@example.com")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert "***@example.com" in line
        assert "ada@" not in line


def test_no_span_tells_an_address() -> None:
    exported = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(MaskingExporter(exported)))
    span = provider.get_tracer("test").start_span("to sophie@example.com")
    span.set_attribute("http.url", "http://x/users?q=sophie%40example.com")
    span.set_attribute("http.target", "/auth/oidc/callback?code=secret&state=secret")
    span.set_attribute("to", ["sophie@example.com"])
    span.record_exception(ValueError("no such user: sophie@example.com"))
    span.set_status(StatusCode.ERROR, "no such user: sophie@example.com")
    span.end()
    (masked,) = exported.get_finished_spans()
    assert "sophie" not in masked.to_json()
    assert masked.context == span.get_span_context()
    assert masked.name == "to ***@example.com"
    assert masked.attributes == {
        "http.url": "http://x/users?q=***@example.com",
        "http.target": "/auth/oidc/callback?code=***&state=***",
        "to": ["***@example.com"],
    }
    assert [event.name for event in masked.events] == ["exception"]
    assert masked.status.description == "no such user: ***@example.com"
