"""The spans of requests and queries, and the data that they must not contain."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from sqlalchemy import text

from chassis import (
    Database,
    DatabaseSettings,
    current_trace_context,
    restored_trace_context,
)
from chassis.testing import started
from tests.thing_service import create_app, lifespan_of


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def app(
    database: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> FastAPI:
    assert database
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_on")
    return create_app(
        DatabaseSettings(environment="test", database_url=SecretStr(database_url))
    )


@pytest_asyncio.fixture
async def client(
    app: FastAPI, spans: InMemorySpanExporter
) -> AsyncIterator[httpx.AsyncClient]:
    async with started(app) as client:
        provider = lifespan_of(app).tracer_provider
        provider.add_span_processor(SimpleSpanProcessor(spans))
        yield client


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


async def test_request_and_its_queries_are_one_trace(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.post("/things/lamp")
    query, request = spans.get_finished_spans()
    assert (request.name, query.name) == ("POST /things/{name}", "INSERT things")
    assert attributes(request)["http.route"] == "/things/{name}"
    assert request.parent is None
    assert query.parent == request.context


async def test_trace_of_caller_is_continued(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    await client.get("/", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    (request,) = spans.get_finished_spans()
    assert f"{request.context.trace_id:032x}" == trace_id


def test_stored_trace_context_is_the_id_only() -> None:
    trace = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    added = {"baggage": "email=ada@example.com", "tracestate": "shop=1"}
    with restored_trace_context(trace | added):
        assert current_trace_context() == trace


async def test_span_of_query_has_no_values(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.post("/things/lamp")
    query, _ = spans.get_finished_spans()
    assert "INSERT INTO things (name) VALUES" in str(attributes(query)["db.statement"])
    assert "lamp" not in query.to_json()


async def test_span_of_failed_query_has_no_values(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.post("/things/lamp")
    await client.post("/things/lamp")
    failed = spans.get_finished_spans()[-2]
    assert "uq_things_name" in str(failed.status.description)
    assert "lamp" not in failed.to_json()


@pytest.mark.parametrize(
    "path", ["/health", "/health/live", "/health/ready", "/metrics"]
)
async def test_operational_path_is_not_traced(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, path: str
) -> None:
    await client.get(path)
    assert spans.get_finished_spans() == ()


@pytest.mark.parametrize("name", ["health", "metrics"])
async def test_path_with_operational_name_is_traced(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, name: str
) -> None:
    await client.post(f"/things/{name}")
    assert len(spans.get_finished_spans()) == 2


async def test_query_of_worker_is_not_traced(
    client: httpx.AsyncClient, app: FastAPI, spans: InMemorySpanExporter
) -> None:
    assert client
    async with lifespan_of(app).database.transaction() as session:
        await session.execute(text("SELECT 1"))
    assert spans.get_finished_spans() == ()
