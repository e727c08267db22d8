"""OpenTelemetry: the spans of requests, calls, queries and messages.

Messages need no other instrumentation: the outbox stores their trace context, which so
survives any delay between the request and the broker.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import structlog
from fastapi import FastAPI
from opentelemetry import context, propagate, trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import ASGIApp

from chassis._observability.sampled_tracing import SampledTracing, TraceIds
from chassis._observability.sampling import EntrancesOnly, chosen_sampler
from chassis._observability.span_export import export_spans
from chassis._observability.telemetry_settings import (
    TelemetrySettings,
    remove_malformed,
)
from chassis._settings.loading import load_settings

REQUEST_ID_HEADER = "X-Request-ID"
TRACE_HEADER = "traceparent"


def tracer_provider(service: str, version: str, environment: str) -> TracerProvider:
    """Returns the source of spans, which exports them if `OTEL_EXPORTER_OTLP_*` is set.

    Sampling follows `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`; without them,
    one trace in ten is recorded in production, and every one elsewhere.
    """
    endpoint = load_settings(TelemetrySettings).collector
    remove_malformed(os.environ)
    sampler = chosen_sampler(os.environ, environment, exported=endpoint is not None)
    provider = TracerProvider(
        sampler=EntrancesOnly(sampler),
        id_generator=TraceIds(),
        resource=Resource.create(
            {
                "service.name": service,
                "service.version": version,
                "deployment.environment.name": environment,
            }
        ),
    )
    if endpoint is not None:
        export_spans(provider, endpoint)
    return provider


def trace_app(
    app: FastAPI, provider: TracerProvider, untraced_paths: Collection[str]
) -> None:
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        # The spans of each ASGI send and receive cost more than they are worth.
        exclude_spans=["receive", "send"],
    )
    build_traced = app.build_middleware_stack

    def build_sampled() -> ASGIApp:
        return SampledTracing(build_traced(), provider, untraced_paths)

    app.build_middleware_stack = build_sampled  # type: ignore[method-assign]


def current_trace_context() -> dict[str, str]:
    """Returns the current trace and request id, for a message or for later work, which
    uses `restored_trace_context`."""
    sent_on: dict[str, str] = {}
    propagate.inject(sent_on)
    # Other headers of a client, such as baggage, are not stored.
    headers = {name: sent_on[name] for name in sent_on.keys() & {TRACE_HEADER}}
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers[REQUEST_ID_HEADER] = request_id
    return headers


@contextmanager
def restored_trace_context(trace_context: Mapping[str, str]) -> Iterator[None]:
    """Spans and log lines in this context belong to the restored trace and request.

    Args:
        trace_context: the result of `current_trace_context`.
    """
    token = context.attach(propagate.extract(trace_context))
    request_id = trace_context.get(REQUEST_ID_HEADER)
    try:
        with structlog.contextvars.bound_contextvars(
            **({"request_id": request_id} if request_id else {})
        ):
            yield
    finally:
        context.detach(token)


@contextmanager
def message_span(
    headers: Mapping[str, str],
    provider: TracerProvider,
    name: str,
    kind: trace.SpanKind,
    *,
    place: str,
    message_id: str | None,
) -> Iterator[None]:
    """A span that continues the trace and the request id of a message.

    Args:
        place: the exchange of a published message, or the queue of a consumed one.
    """
    attributes = {"messaging.system": "rabbitmq", "messaging.destination.name": place}
    if message_id:
        attributes["messaging.message.id"] = message_id
    tracer = provider.get_tracer(__name__)
    with (
        restored_trace_context(headers),
        tracer.start_as_current_span(name, kind=kind, attributes=attributes),
    ):
        yield
