"""A session request whose answer from user-service cannot be read is a 502."""

import pytest

from tests.gateway import serving
from tests.raw_service import answering, with_bytes

SESSION = "/api/v1/auth/session"
REQUESTS = {
    "log in": ("POST", SESSION),
    "refresh": ("POST", f"{SESSION}/refresh"),
    "log out": ("DELETE", SESSION),
}


def http(status: str, media_type: str, body: bytes, missing: int = 0) -> bytes:
    length = len(body) + missing
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}"
    )
    return f"{head}\r\nConnection: close\r\n\r\n".encode() + body


PROBLEM = "application/problem+json"
ANSWERS = {
    "no tokens": http("200 OK", "application/json", b"{}"),
    "no JSON": http("200 OK", "application/json", b"<html>"),
    "tokens cut short": http("200 OK", "application/json", b'{"access', missing=9),
    "redirection": http("307 Temporary Redirect", "application/json", b"{}"),
    "page of an error": http("500 Internal Server Error", "text/plain", b"Error"),
    "problem without JSON": http("401 Unauthorized", PROBLEM, b"no JSON"),
    "problem that is a list": http("401 Unauthorized", PROBLEM, b"[]"),
    "problem cut short": http("401 Unauthorized", PROBLEM, b'{"title', missing=9),
}


@pytest.mark.parametrize(("method", "path"), REQUESTS.values(), ids=list(REQUESTS))
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
async def test_unreadable_answer_of_user_service_is_bad_gateway(
    method: str, path: str, answer: bytes
) -> None:
    has_body = (method, path) == REQUESTS["log in"]
    body = {"username": "ada", "password": "correct horse"} if has_body else None
    headers = {"X-CSRF-Protection": "1", "Cookie": "pannier-refresh=token"}
    async with (
        answering(with_bytes(answer)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.request(method, path, json=body, headers=headers)

    assert response.status_code == 502
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["code"] == "service_failed"
    assert response.json()["service"] == "user-service"
    assert response.json()["instance"] == path
    # The session may still be open, or renewed: the browser keeps its cookie.
    assert "set-cookie" not in response.headers
