"""Traces the queries and calls of sampled requests only.

The instrumentations collect the attributes of a span before they ask whether it is
recorded. So they are not called where it would not be.
"""

from typing import Any

import httpx
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport
from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer
from opentelemetry.metrics import NoOpUpDownCounter
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine


class SampledTransport(httpx.AsyncBaseTransport):
    """Passes the trace on with each call; a call of a sampled trace gets a span."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, provider: TracerProvider
    ) -> None:
        self._transport = transport
        self._traced = AsyncOpenTelemetryTransport(transport, tracer_provider=provider)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        context = trace.get_current_span().get_span_context()
        # Outside of a trace, the instrumentation sends the id of an unsampled one; else
        # the peer would start a trace of its own, and perhaps sample it.
        if context.trace_flags.sampled or not context.is_valid:
            return await self._traced.handle_async_request(request)
        propagate.inject(request.headers)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def trace_queries(engine: AsyncEngine, provider: TracerProvider) -> None:
    # Its instrumentor rejects SQLAlchemy 2.1, also traces every connection taken from
    # the pool, and allows only one provider in a process.
    tracer = provider.get_tracer("opentelemetry.instrumentation.sqlalchemy")
    _SampledEngineTracer(  # type: ignore[no-untyped-call]
        tracer, engine.sync_engine, NoOpUpDownCounter("unused")
    )


class _SampledEngineTracer(EngineTracer):
    def _before_cur_exec(
        self, conn: Connection, cursor: Any, statement: str, params: Any, *more: Any
    ) -> Any:
        if not trace.get_current_span().get_span_context().trace_flags.sampled:
            return statement, params
        return super()._before_cur_exec(conn, cursor, statement, params, *more)  # type: ignore[no-untyped-call]
