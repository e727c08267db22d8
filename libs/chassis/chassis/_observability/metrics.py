"""Rate, errors and duration of requests, and the `/metrics` page."""

from functools import cache

from fastapi import FastAPI, Request
from opentelemetry import trace
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from starlette.responses import Response
from starlette.types import Scope

HTTP_REQUESTS = Counter(
    "http_requests_total",
    "Requests answered, by the template of their route",
    ["method", "endpoint", "status"],
)
HTTP_DURATION = Histogram(
    "http_request_duration_seconds",
    "Time from a request's arrival to the end of its answer, in seconds",
    ["method", "endpoint", "status"],
)
HTTP_IN_FLIGHT = Gauge(
    "http_requests_in_flight",
    "Requests whose answer has not ended yet",
)

# Any other method that a client invents would create a new label value.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(scope: Scope, status: int, seconds: float) -> None:
    route = scope.get("route")
    method = scope["method"] if scope["method"] in METHODS else "other"
    requests, duration = _labelled(method, getattr(route, "path", "unmatched"), status)
    exemplar = _exemplar()
    requests.inc(exemplar=exemplar)
    duration.observe(seconds, exemplar)


@cache
def _labelled(method: str, endpoint: str, status: int) -> tuple[Counter, Histogram]:
    labels = (method, endpoint, str(status))
    return HTTP_REQUESTS.labels(*labels), HTTP_DURATION.labels(*labels)


def _exemplar() -> dict[str, str] | None:
    """Returns the id of the current trace as an exemplar, if the trace is sampled."""
    context = trace.get_current_span().get_span_context()
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": trace.format_trace_id(context.trace_id)}


def install_metrics(app: FastAPI) -> None:
    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(REGISTRY), headers={"Content-Type": content_type})
