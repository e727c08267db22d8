"""Traces the queries and calls of sampled requests only.

The instrumentations collect the attributes of a span before they ask whether it is
recorded. So they are not called where it would not be.
"""

from collections.abc import Container
from typing import Any

import httpx
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport
from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer
from opentelemetry.metrics import NoOpUpDownCounter
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis._observability.query_names import QueryNames


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


def trace_queries(
    engine: AsyncEngine, provider: TracerProvider, tables: Container[str]
) -> None:
    # Its instrumentor rejects SQLAlchemy 2.1, also traces every connection taken from
    # the pool, and allows only one provider in a process.
    tracer = provider.get_tracer("opentelemetry.instrumentation.sqlalchemy")
    _SampledEngineTracer(tracer, engine.sync_engine, QueryNames(tables))


class _SampledEngineTracer(EngineTracer):
    def __init__(self, tracer: trace.Tracer, engine: Engine, names: QueryNames) -> None:
        super().__init__(tracer, engine, NoOpUpDownCounter("unused"))  # type: ignore[no-untyped-call]
        self._names = names

    def _operation_name(self, db_name: str | None, statement: str) -> str:
        return self._names.of(statement)

    def _before_cur_exec(
        self, conn: Connection, cursor: Any, statement: str, params: Any, *more: Any
    ) -> Any:
        if not trace.get_current_span().get_span_context().trace_flags.sampled:
            return statement, params
        return super()._before_cur_exec(conn, cursor, statement, params, *more)  # type: ignore[no-untyped-call]
