"""Requests of which no trace is recorded still have the ids of one."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from chassis import Database, DatabaseSettings, current_trace_context
from chassis.testing import started
from tests.thing_service import create_app, lifespan_of

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


@pytest.fixture
def app(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> FastAPI:
    assert database
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    app = create_app(
        DatabaseSettings(environment="test", database_url=SecretStr(database_url))
    )

    @app.get("/sent-on")
    async def show_trace_context() -> dict[str, str]:
        return current_trace_context()

    return app


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest_asyncio.fixture
async def client(
    app: FastAPI, spans: InMemorySpanExporter
) -> AsyncIterator[httpx.AsyncClient]:
    async with started(app) as client:
        provider = lifespan_of(app).tracer_provider
        provider.add_span_processor(SimpleSpanProcessor(spans))
        yield client


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    written = map(json.loads, capsys.readouterr().out.splitlines())
    return [line for line in written if line["event"] == "request"]


def is_sampled(traceparent: str) -> bool:
    return int(traceparent.rpartition("-")[2], 16) & 1 == 1


async def test_each_trace_is_sampled_once(
    client: httpx.AsyncClient,
    spans: InMemorySpanExporter,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(100):
        await client.get("/sent-on")
    # The sampler chooses the lower half of these numbers.
    sampled = {
        line["trace_id"]
        for line in lines(capsys)
        if int(line["trace_id"][-16:], 16) < 2**63
    }
    exported = [f"{span.context.trace_id:032x}" for span in spans.get_finished_spans()]
    assert len(exported) == len(set(exported))
    assert set(exported) == sampled
    assert 0 < len(sampled) < 100


async def test_log_and_calls_have_same_trace(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [(await client.get("/sent-on")).json() for _ in range(20)]
    for line, sent in zip(lines(capsys), answers, strict=True):
        _, trace_id, span_id, _ = sent["traceparent"].split("-")
        assert (line["trace_id"], line["span_id"]) == (trace_id, span_id)
        assert line["request_id"] == sent["X-Request-ID"]
    assert {is_sampled(sent["traceparent"]) for sent in answers} == {True, False}


@pytest.mark.parametrize(("flag", "recorded"), [("00", False), ("01", True)])
async def test_decision_of_caller_is_followed_and_passed_on(
    client: httpx.AsyncClient,
    spans: InMemorySpanExporter,
    capsys: pytest.CaptureFixture[str],
    flag: str,
    recorded: bool,
) -> None:
    # The other half of the numbers, so that the sampler alone would decide otherwise.
    trace_id = TRACE_ID[:16] + ("0" if flag == "00" else "f") + TRACE_ID[17:]
    headers = {"traceparent": f"00-{trace_id}-{CALLER}-{flag}"}
    sent = (await client.get("/sent-on", headers=headers)).json()["traceparent"]
    (line,) = lines(capsys)
    assert line["trace_id"] == trace_id == sent.split("-")[1]
    assert line["span_id"] != CALLER
    assert is_sampled(sent) == recorded
    assert len(spans.get_finished_spans()) == recorded


async def test_context_of_request_ends_with_it(client: httpx.AsyncClient) -> None:
    before = current_trace_context().keys()
    await client.get("/")
    assert current_trace_context().keys() - {"X-Request-ID"} == before
