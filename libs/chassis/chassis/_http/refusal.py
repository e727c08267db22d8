"""The response to a request that the HTTP protocol refuses before any application."""

import json
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from chassis._http.middleware import CAREFUL_HEADERS, request_id_of
from chassis._http.statuses import title_of
from chassis._observability.metrics import HTTP_REQUESTS
from chassis._observability.telemetry import REQUEST_ID_HEADER

log = structlog.get_logger(__name__)


def refusal(
    status: HTTPStatus, code: str, detail: str, headers: list[tuple[bytes, bytes]]
) -> bytes:
    """Returns the bytes of a problem document; logs and counts the request.

    Args:
        headers: of the request, as far as they were read.
    """
    request_id = request_id_of(Headers(raw=headers))
    problem = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    body = json.dumps(problem).encode()
    response_headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        REQUEST_ID_HEADER: request_id,
        **CAREFUL_HEADERS,
    }
    log.info("request_refused", request_id=request_id, status=status.value, code=code)
    HTTP_REQUESTS.labels("other", "unmatched", str(status.value)).inc()
    lines = "".join(f"{name}: {value}\r\n" for name, value in response_headers.items())
    return STATUS_LINE[status] + lines.encode() + b"\r\n" + body
