"""OpenTelemetry, wired once: spans in and out, and their way through a message."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import structlog
from fastapi import FastAPI
from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from chassis._masking import MaskingExporter

REQUEST_ID_HEADER = "X-Request-ID"
UNTRACED_PATHS = "health,metrics"


def tracer_provider(service: str, version: str, environment: str) -> TracerProvider:
    """The source of spans; they are sent only where `OTEL_EXPORTER_OTLP_*` says so.

    Sampling follows `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
    """
    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": service,
                "service.version": version,
                "deployment.environment.name": environment,
            }
        )
    )
    if any(
        os.environ.get(name)
        for name in (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        )
    ):
        exporter = MaskingExporter(OTLPSpanExporter())
        provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def trace_app(app: FastAPI, provider: TracerProvider) -> None:
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        excluded_urls=UNTRACED_PATHS,
        # The spans of each ASGI send and receive cost more than they tell.
        exclude_spans=["receive", "send"],
    )


def trace_client(client: httpx.AsyncClient, provider: TracerProvider) -> None:
    HTTPXClientInstrumentor.instrument_client(client, tracer_provider=provider)


def message_headers() -> dict[str, str]:
    """The current trace and request id, to travel with a message."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers[REQUEST_ID_HEADER] = request_id
    return headers


@contextmanager
def continued_from(
    headers: Mapping[str, str],
    provider: TracerProvider,
    name: str,
    kind: trace.SpanKind,
) -> Iterator[None]:
    """A span that goes on with the trace and the request id of a message."""
    token = context.attach(propagate.extract(headers))
    request_id = headers.get(REQUEST_ID_HEADER)
    try:
        with (
            provider.get_tracer(__name__).start_as_current_span(name, kind=kind),
            structlog.contextvars.bound_contextvars(
                **({"request_id": request_id} if request_id else {})
            ),
        ):
            yield
    finally:
        context.detach(token)
