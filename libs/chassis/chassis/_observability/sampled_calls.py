"""Traces the queries and calls of sampled requests only.

Collecting the attributes of a span costs more than passing its trace on, so it is not
done for a span that would not be recorded.
"""

from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer
from opentelemetry.metrics import NoOpUpDownCounter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis._observability.query_names import QueryNames


class CallTracer:
    """Passes the trace on with each call; a call of a sampled trace gets a span."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("chassis.peers")

    @contextmanager
    def call(self, method: str, url: str, headers: dict[str, str]) -> Iterator[Span]:
        """Surrounds a call, and adds its trace to the headers."""
        context = trace.get_current_span().get_span_context()
        # A call outside of a trace gets the ids of an unsampled one. Without them, the
        # peer would start a trace of its own, and perhaps sample it.
        if context.is_valid and not context.trace_flags.sampled:
            propagate.inject(headers)
            yield trace.INVALID_SPAN
            return
        with self._tracer.start_as_current_span(
            f"{method}",
            kind=SpanKind.CLIENT,
            attributes={"http.method": method, "http.url": url},
        ) as span:
            propagate.inject(headers)
            yield span


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
