"""Traces the requests that are sampled, and gives all others only the ids of a trace.

The instrumentation collects attributes and measurements of each request before it asks
the sampler, and that takes three times as long as FastAPI needs for a short request. So
this layer asks the sampler first, and only sampled requests reach the instrumentation.
A request that is not sampled still has a trace id, for its log lines and for the
`traceparent` of its outgoing calls and messages.
"""

from collections.abc import Collection
from contextvars import ContextVar
from typing import Any, cast

from opentelemetry import context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware, asgi_getter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from starlette.types import ASGIApp, Receive, Scope, Send

_sampled_trace_id: ContextVar[int | None] = ContextVar("sampled_trace_id", default=None)


class TraceIds(RandomIdGenerator):
    """Begins the trace of a sampled request with the id that was sampled.

    The instrumentation asks the sampler once more. With another id, one in ten of one
    in ten requests would be recorded.
    """

    def generate_trace_id(self) -> int:
        return _sampled_trace_id.get() or super().generate_trace_id()


class SampledTracing:
    """
    Args:
        traced: the application, with the instrumentation around it.
    """

    def __init__(
        self, traced: ASGIApp, provider: TracerProvider, untraced_paths: Collection[str]
    ) -> None:
        self._traced = traced
        self._untraced = _inside_of_instrumentation(traced)
        self._tracer = provider.get_tracer(__name__)
        self._untraced_paths = untraced_paths
        fields = propagate.get_global_textmap().fields
        self._propagated = {field.lower().encode() for field in fields}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._untraced_paths:
            await self._untraced(scope, receive, send)
            return
        parent = self._parent(scope)
        span = self._tracer.start_span("", parent, trace.SpanKind.SERVER)
        if span.is_recording():
            # It is never exported: the instrumentation begins its own.
            sampled = _sampled_trace_id.set(span.get_span_context().trace_id)
            try:
                await self._traced(scope, receive, send)
            finally:
                _sampled_trace_id.reset(sampled)
        else:
            token = context.attach(trace.set_span_in_context(span, parent))
            try:
                await self._untraced(scope, receive, send)
            finally:
                context.detach(token)

    def _parent(self, scope: Scope) -> Context:
        if any(name in self._propagated for name, _ in scope["headers"]):
            return propagate.extract(cast(dict[str, Any], scope), getter=asgi_getter)
        return context.get_current()


def _inside_of_instrumentation(stack: Any) -> ASGIApp:
    while not isinstance(stack, OpenTelemetryMiddleware):
        stack = stack.app
    return cast(ASGIApp, stack.app)
