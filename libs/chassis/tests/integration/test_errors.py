"""Every error is a problem document."""

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
async def test_error_is_a_problem_document(
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


async def test_problem_has_context_of_its_error(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/errors/conflict")).json()["thing_id"] == 7
    invalid = (await client.get("/errors/invalid")).json()
    expected = {"in": "body", "field": "name", "message": "it is odd"}
    assert invalid["errors"] == [expected]
    unavailable = await client.get("/errors/unavailable")
    assert unavailable.headers["Retry-After"] == "1"


@pytest.mark.parametrize("text", ["%ff", "%ed%a0%80", "lamp%c3"])
async def test_url_that_is_not_utf8_is_rejected(
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
async def test_errors_of_router_are_problem_documents(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.json()["code"] in ("not_found", "method_not_allowed")


async def test_rejected_method_names_allowed_ones(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.delete("/prices")
    assert answer.headers["Allow"] == "POST, PUT"


async def test_invalid_body_names_its_fields(client: httpx.AsyncClient) -> None:
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
async def test_invalid_value_is_explained_in_plain_words(
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
async def test_twenty_errors_are_listed_and_others_counted(
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


async def test_count_of_errors_starts_anew_per_request(
    client: httpx.AsyncClient,
) -> None:
    await client.post("/prices", json=MANY)
    answer = await client.post("/prices", json={})
    assert "errors_omitted" not in answer.json()


@pytest.mark.parametrize("path", ["/n%C3%B6/" + "a" * 60_000, "/" + "%00" * 20_000])
async def test_problem_quotes_part_of_long_path(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert len(answer.content) < 2_000
    assert answer.json()["instance"].isascii()


async def test_failed_commit_is_not_answered_201(
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
