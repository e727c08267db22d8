"""Whatever goes wrong is told as a problem document."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from chassis import Database


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "thing_is_busy"),
        ("invalid", 422, "thing_is_odd"),
        ("unavailable", 503, "thing_is_away"),
        ("bug", 500, "internal_error"),
    ],
)
async def test_an_error_is_a_problem_document(
    client: httpx.AsyncClient, kind: str, status: int, code: str
) -> None:
    headers = {"X-Request-ID": "abc-123"}
    answer = await client.get(f"/errors/{kind}", headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["instance"] == f"/errors/{kind}"
    assert problem["request_id"] == "abc-123"
    assert problem["title"]
    assert "secret" not in answer.text


async def test_a_problem_has_the_context_of_its_error(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/errors/conflict")).json()["thing_id"] == 7
    invalid = (await client.get("/errors/invalid")).json()
    expected = {"in": "body", "field": "name", "message": "it is odd"}
    assert invalid["errors"] == [expected]
    unavailable = await client.get("/errors/unavailable")
    assert unavailable.headers["Retry-After"] == "1"


@pytest.mark.parametrize("text", ["%ff", "%ed%a0%80", "lamp%c3"])
async def test_a_url_that_is_no_text_is_invalid(
    client: httpx.AsyncClient, text: str
) -> None:
    for path, where, field in (
        (f"/errors/{text}", "path", "kind"),
        (f"/errors/conflict?page={text}", "query", "page"),
    ):
        answer = await client.get(path)
        assert answer.status_code == 422
        message = "must be UTF-8 text, percent-encoded"
        assert answer.json()["errors"] == [
            {"in": where, "field": field, "message": message}
        ]


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/prices", 405)])
async def test_the_routers_own_errors_are_problems_too(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.json()["code"] in ("not_found", "method_not_allowed")


async def test_a_method_that_is_not_allowed_is_told_which_are(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.delete("/prices")
    assert answer.headers["Allow"] == "POST, PUT"


async def test_an_invalid_body_names_its_fields(client: httpx.AsyncClient) -> None:
    answer = await client.post("/prices", json={"price": "1.001", "name": "x"})
    assert answer.status_code == 422
    assert {e["field"] for e in answer.json()["errors"]} == {"price", "name"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"price": 1, "label": "\u200b"}, "must have at least one visible character"),
        ({"price": "1.001"}, "must have two decimals at most, such as 49.90"),
        ({"price": "abc"}, "must be a number, or text that is one"),
        ({"price": "1" + "0" * 8}, "Input should be less than or equal to 99999999.99"),
    ],
    ids=["blank", "decimals", "no number", "bound"],
)
async def test_what_is_invalid_is_told_in_plain_words(
    client: httpx.AsyncClient, body: dict[str, object], message: str
) -> None:
    answer = await client.post("/prices", json=body)
    assert [e["message"] for e in answer.json()["errors"]] == [message]


MANY = {f"unknown-{number}-{'x' * 200}": number for number in range(2_000)}
SHORT = {str(number): number for number in range(2_000)}


@pytest.mark.parametrize(
    ("body", "listed", "omitted"),
    [
        (MANY | {"price": "1.00"}, 20, 1_980),
        (MANY, 20, 1_981),
        ({"price": "1.00", "x": 1}, 1, 0),
        ({"price": "1.00"} | {str(n): n for n in range(20)}, 20, 0),
        ({"price": "1.00"} | {str(n): n for n in range(21)}, 20, 1),
        ({"lines": [SHORT] * 3}, 20, 3 * 2_001 - 20),
        ({"lines": [1] * 1000}, 1, 0),
        ({"lines": [{}] * 30}, 20, 10),
    ],
)
async def test_twenty_errors_are_listed_and_the_others_counted(
    client: httpx.AsyncClient, body: dict[str, Any], listed: int, omitted: int
) -> None:
    path = "/basket" if "lines" in body else "/prices"
    answer = await client.post(path, json=body)
    assert answer.status_code == 422
    assert len(answer.content) < 64 * 1024
    problem = answer.json()
    assert len(problem["errors"]) == listed
    assert problem.get("errors_omitted", 0) == omitted
    assert all(len(error["field"]) <= 100 + 10 for error in problem["errors"])


async def test_count_of_errors_does_not_leak_into_the_next_request(
    client: httpx.AsyncClient,
) -> None:
    await client.post("/prices", json=MANY)
    answer = await client.post("/prices", json={})
    assert "errors_omitted" not in answer.json()


@pytest.mark.parametrize("path", ["/n%C3%B6/" + "a" * 60_000, "/" + "%00" * 20_000])
async def test_no_problem_quotes_more_than_a_part_of_the_path(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert len(answer.content) < 2_000
    assert answer.json()["instance"].isascii()


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; a=b"],
)
@pytest.mark.parametrize(
    ("form", "status"),
    [
        (b"&".join([b"a=1"] * 1_000), 200),
        (b"&".join([b"a=1"] * 1_001), 422),
        (b"a=%ff", 422),
        (b"&" * 1_000_000, 422),
    ],
    ids=["full", "fields", "bytes", "empty"],
)
async def test_form_has_bounds_whatever_its_spelling(
    client: httpx.AsyncClient, content_type: str, form: bytes, status: int
) -> None:
    headers = {"Content-Type": content_type}
    answer = await client.post("/form", content=form, headers=headers)
    assert answer.status_code == status


async def test_no_problem_quotes_a_long_name_of_a_form(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    form = b"a" * 900_000 + b"=%ff"
    answer = await client.post("/form", content=form, headers=headers)
    assert answer.status_code == 422
    assert len(answer.content) < 1_000


@pytest.mark.parametrize(
    ("body", "is_parsed"),
    [
        (b"[" + b"[]," * 9_998 + b"[]]", True),
        (b"[" + b"[]," * 9_999 + b"[]]", False),
        (b"[" + b"{}," * 300_000 + b"{}]", False),
        (b"[" + (b"[" * 900 + b"]" * 900 + b",") * 500 + b"0]", False),
    ],
    ids=["most", "one more", "flat", "nested"],
)
async def test_body_of_many_lists_is_not_parsed(
    client: httpx.AsyncClient, body: bytes, is_parsed: bool
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 422
    message = answer.json()["errors"][0]["message"]
    assert ("lists and objects" not in message) == is_parsed


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
async def test_what_is_not_json_is_422(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert [(e["in"], e["field"]) for e in problem["errors"]] == [("body", "")]


@pytest.mark.parametrize(
    ("encoding", "status"),
    [("gzip", 415), ("GZip", 415), ("identity, br", 415), ("Identity", 200)],
)
async def test_encoded_body_is_refused(
    client: httpx.AsyncClient, encoding: str, status: int
) -> None:
    body = b'{"price": "1.00"}'
    sent = body if status == 200 else gzip.compress(body)
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = await client.post("/prices", content=sent, headers=headers)
    assert answer.status_code == status
    assert (answer.headers.get("Accept-Encoding") == "identity") == (status == 415)


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(17):
        yield b" " * 65536


@pytest.mark.parametrize("body", [b" " * (1024 * 1024 + 1), in_pieces()])
async def test_a_body_over_one_mebibyte_is_413(
    client: httpx.AsyncClient, body: bytes | AsyncIterator[bytes]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("price", "status"),
    [
        (19.99, 200),
        ("19.99", 200),
        (0.01, 200),
        (1e2, 200),
        ("99999999.99", 200),
        (0, 422),
        ("-1", 422),
        ("100000000", 422),
        ("0.001", 422),
        ("1.000", 422),
        ("1_0", 422),
        ("1e2", 422),
        (" 1", 422),
        ("\u0661", 422),
        (True, 422),
        ("NaN", 422),
        ("Infinity", 422),
        ("", 422),
        (None, 422),
        ([], 422),
    ],
)
async def test_money_is_taken_only_as_it_is_written(
    client: httpx.AsyncClient, price: object, status: int
) -> None:
    answer = await client.post("/prices", json={"price": price})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("price", "status"),
    [
        ("49.9", 200),
        ("4990e-2", 200),
        # The float of each is a price.
        ("49.9000000000000001", 422),
        ("99999999.9900000001", 422),
        ("0.0099999999999999999999", 422),
    ],
)
async def test_price_is_read_as_it_is_written(
    client: httpx.AsyncClient, price: str, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    body = f'{{"price": {price}}}'
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == status


async def test_a_commit_that_fails_is_never_answered_201(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "ALTER TABLE things ADD CONSTRAINT lazy UNIQUE (name)"
                " DEFERRABLE INITIALLY DEFERRED"
            )
        )
        await session.execute(text("ALTER TABLE things DROP CONSTRAINT uq_things_name"))
    try:
        assert (await client.post("/things/lamp")).status_code == 201
        assert (await client.post("/things/lamp")).status_code == 500
    finally:
        async with database.transaction() as session:
            await session.execute(text("ALTER TABLE things DROP CONSTRAINT lazy"))
            await session.execute(
                text("ALTER TABLE things ADD CONSTRAINT uq_things_name UNIQUE (name)")
            )
