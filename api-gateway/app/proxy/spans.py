"""The name of the span of a request that is passed on."""

from opentelemetry import trace

from app.proxy.routes import Destination


def name_span(method: str, destination: Destination) -> None:
    """Names the current span after the route; the instrumentation does not know it."""
    span = trace.get_current_span()
    if span.is_recording():
        span.set_attribute("http.route", destination.path)
        span.update_name(f"{method} {destination.path}")
