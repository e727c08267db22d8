"""Calls of another service pass the trace on, whether or not it is sampled."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import Deadline, Peer, restored_trace_context
from chassis.testing import a_peer

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


@pytest.fixture
def received() -> list[str]:
    return []


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest_asyncio.fixture
async def peer(received: list[str], spans: InMemorySpanExporter) -> AsyncIterator[Peer]:
    def respond(request: httpx.Request) -> httpx.Response:
        received.append(request.headers.get("traceparent", ""))
        return httpx.Response(200)

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    transport = httpx.MockTransport(respond)
    async with a_peer(transport, provider) as peer:
        yield peer


async def test_sampled_call_has_a_span(
    peer: Peer, received: list[str], spans: InMemorySpanExporter
) -> None:
    with restored_trace_context({"traceparent": f"00-{TRACE_ID}-{CALLER}-01"}):
        await peer.call("GET", "/thing", Deadline.after(30.0))
    (span,) = spans.get_finished_spans()
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == CALLER
    assert received == [f"00-{TRACE_ID}-{span.context.span_id:016x}-01"]


async def test_unsampled_call_passes_trace_on_without_span(
    peer: Peer, received: list[str], spans: InMemorySpanExporter
) -> None:
    with restored_trace_context({"traceparent": f"00-{TRACE_ID}-{CALLER}-00"}):
        await peer.call("GET", "/thing", Deadline.after(30.0))
    assert spans.get_finished_spans() == ()
    assert received == [f"00-{TRACE_ID}-{CALLER}-00"]


async def test_call_without_trace_still_has_ids(
    peer: Peer, received: list[str]
) -> None:
    await peer.call("GET", "/thing", Deadline.after(30.0))
    assert received != [""]
