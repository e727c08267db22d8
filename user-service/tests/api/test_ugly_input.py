"""Whatever is sent, the answer is a problem document, and never a 500."""

import json

import httpx
import pytest

from tests.factories import Account

JSON_ROUTES = {
    "/register": {"username": "ada", "password": "correct horse", "full_name": "Ada"},
    "/refresh": {"refresh_token": "x"},
    "/validate-token": {"token": "x"},
}
# Those that take an account: the method, and a body that is taken.
ACCOUNT_ROUTES: dict[str, tuple[str, dict[str, object]]] = {
    "/me": ("PATCH", {"email": "ada@example.com", "full_name": "Ada"}),
    "/me/password": (
        "PUT",
        {"current_password": "correct horse", "new_password": "battery staple"},
    ),
    "/users": ("POST", {**JSON_ROUTES["/register"], "role": "customer"}),
    "/users/1": ("PUT", {"full_name": "Ada", "role": "admin", "is_active": True}),
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


@pytest.mark.parametrize("path", ACCOUNT_ROUTES)
async def test_what_breaks_the_form_of_an_account_is_invalid(
    client: httpx.AsyncClient, admin: Account, path: str
) -> None:
    method, good = ACCOUNT_ROUTES[path]
    ugly: list[object] = ["abc\x00defgh", "abc\ud800defgh", 2**63, -1, [], {}]
    changed = [{**good, field: value} for field in good for value in ugly]
    surprise = {**good, "surprise": 1}
    bodies = [json.dumps(body).encode() for body in (*changed, surprise)]

    for body in (*bodies, b"", b"{", b"null", b"[]", b"\xff\xfe"):
        headers = {**AS_JSON, **admin.headers}
        answer = await client.request(method, path, content=body, headers=headers)

        assert is_problem(answer), (body, answer.text)


@pytest.mark.parametrize("path", ACCOUNT_ROUTES)
async def test_the_form_of_an_account_over_one_mebibyte_is_too_large(
    client: httpx.AsyncClient, admin: Account, path: str
) -> None:
    answer = await client.request(
        ACCOUNT_ROUTES[path][0],
        path,
        content=b"x" * 2 * 1024**2,
        headers={**AS_JSON, **admin.headers},
    )

    assert is_problem(answer, 413)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=",
        f"q={'x' * 255}",
        "role=service",
        "is_active=perhaps",
        "limit=0",
        "limit=101",
        "skip=-1",
        "cursor=garbage",
    ],
)
async def test_a_query_that_makes_no_sense_is_invalid(
    client: httpx.AsyncClient, admin: Account, query: str
) -> None:
    assert is_problem(await client.get(f"/users?{query}", headers=admin.headers))


async def test_a_search_for_what_is_not_utf8_finds_nobody(
    client: httpx.AsyncClient, admin: Account
) -> None:
    answer = await client.get("/users?q=%ff%ed%a0%80", headers=admin.headers)

    assert (answer.status_code, answer.json()) == (200, [])
