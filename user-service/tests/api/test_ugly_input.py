"""Whatever is sent, the answer is a problem document, and never a 500."""

import json

import httpx
import pytest

JSON_ROUTES = {
    "/register": {"username": "ada", "password": "correct horse", "full_name": "Ada"},
    "/refresh": {"refresh_token": "x"},
    "/validate-token": {"token": "x"},
}
FORM_ROUTES = ["/login", "/oauth/token"]
AS_JSON = {"Content-Type": "application/json"}


def is_problem(answer: httpx.Response, status: int = 422) -> bool:
    return (
        answer.status_code == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and answer.json()["status"] == status
    )


@pytest.mark.parametrize("path", JSON_ROUTES)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000],
    ids=["empty", "cut", "null", "list", "number", "text", "bytes", "bare", "deep"],
)
async def test_a_body_of_another_form_is_invalid(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    assert is_problem(await client.post(path, content=body, headers=AS_JSON))


@pytest.mark.parametrize("path", JSON_ROUTES)
async def test_an_unknown_field_is_invalid(
    client: httpx.AsyncClient, path: str
) -> None:
    body = {**JSON_ROUTES[path], "surprise": 1}

    answer = await client.post(path, json=body)

    assert is_problem(answer)
    assert [error["field"] for error in answer.json()["errors"]] == ["surprise"]


@pytest.mark.parametrize(
    ("path", "field"),
    [(path, field) for path, fields in JSON_ROUTES.items() for field in fields],
)
@pytest.mark.parametrize("value", ["abc\x00defgh", "abc\ud800defgh", 2**63, -1, [], {}])
async def test_a_value_that_cannot_be_stored_is_invalid(
    client: httpx.AsyncClient, path: str, field: str, value: object
) -> None:
    body = json.dumps({**JSON_ROUTES[path], field: value})

    answer = await client.post(path, content=body, headers=AS_JSON)

    assert is_problem(answer)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("path", [*JSON_ROUTES, *FORM_ROUTES])
async def test_a_body_of_another_type_is_invalid(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = {"Content-Type": "text/plain"}

    assert is_problem(await client.post(path, content=b"hello", headers=headers))


@pytest.mark.parametrize("path", [*JSON_ROUTES, *FORM_ROUTES])
async def test_a_body_over_one_mebibyte_is_too_large(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.post(path, content=b"x" * 2 * 1024**2, headers=AS_JSON)

    assert is_problem(answer, 413)


@pytest.mark.parametrize("path", FORM_ROUTES)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=X", b"x"),
        ("application/x-www-form-urlencoded", b"username=%00&password=%00"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&&&=="),
    ],
)
async def test_a_broken_form_is_invalid(
    client: httpx.AsyncClient, path: str, content_type: str, body: bytes
) -> None:
    headers = {"Content-Type": content_type}

    assert is_problem(await client.post(path, content=body, headers=headers))
