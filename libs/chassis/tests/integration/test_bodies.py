"""Request bodies: their form, their size, and prices in them."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
async def test_body_that_is_not_json_is_rejected(
    client: httpx.AsyncClient, body: bytes
) -> None:
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
async def test_encoded_body_is_rejected(
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
async def test_body_over_one_mebibyte_is_rejected(
    client: httpx.AsyncClient, body: bytes | AsyncIterator[bytes]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"
    assert answer.headers["Content-Type"] == "application/problem+json"


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
        (b"a=" + b"%41" * 10_000, 200),
        (b"a=" + b"%41" * 10_001, 422),
        (b"a=" + b"%ff" * 300_000, 422),
    ],
    ids=["full", "fields", "bytes", "empty", "escaped", "escapes", "escaped bytes"],
)
async def test_form_is_bounded_in_any_spelling(
    client: httpx.AsyncClient, content_type: str, form: bytes, status: int
) -> None:
    headers = {"Content-Type": content_type}
    answer = await client.post("/form", content=form, headers=headers)
    assert answer.status_code == status


async def test_problem_quotes_no_long_field_name(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    form = b"a" * 900_000 + b"=%ff"
    answer = await client.post("/form", content=form, headers=headers)
    assert answer.status_code == 422
    assert len(answer.content) < 1_000


async def test_long_content_type_is_rejected(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data" + ";a=b" * 10_000}
    answer = await client.post("/form", content=b"{}", headers=headers)
    assert answer.status_code == 422
    assert "1,000 characters" in answer.json()["detail"]


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
async def test_price_in_other_spelling_is_rejected(
    client: httpx.AsyncClient, price: object, status: int
) -> None:
    answer = await client.post("/prices", json={"price": price})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("price", "status"),
    [
        ("49.9", 200),
        ("4990e-2", 200),
        ("49.90" + "0" * 5_000, 422),
        # The float of each is a price.
        ("49.9000000000000001", 422),
        ("99999999.9900000001", 422),
        ("0.0099999999999999999999", 422),
    ],
)
async def test_price_is_not_rounded(
    client: httpx.AsyncClient, price: str, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    body = f'{{"price": {price}}}'
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == status
