"""Bodies of more values than any operation accepts: refused without being parsed."""

import httpx
import pytest

JSON = {"Content-Type": "application/json"}
TOO_MANY_VALUES = "a body may have 10,000 values, lists and objects at most"


@pytest.mark.parametrize(
    ("body", "is_parsed"),
    [
        (b"[" + b"[]," * 4_999 + b"0]", True),
        (b"[" + b"[]," * 5_000 + b"0]", False),
        (b"[" + b"{}," * 300_000 + b"{}]", False),
        (b"[" + (b"[" * 900 + b"]" * 900 + b",") * 500 + b"0]", False),
        (b'{"price":' + b"[" * 10_000, False),
        (b'{"price": "\\ud800"' + b"," * 10_000, False),
        (b'{"price": ' + b"1" * 5_000 + b"," * 10_000, False),
        (b"," * 900_000, False),
    ],
    ids=["most", "more", "flat", "nested", "deep", "surrogate", "digits", "no JSON"],
)
async def test_body_of_too_many_values_is_not_parsed(
    client: httpx.AsyncClient, body: bytes, is_parsed: bool
) -> None:
    answer = await client.post("/prices", content=body, headers=JSON)
    assert answer.status_code == 422
    message = answer.json()["errors"][0]["message"]
    assert (message != TOO_MANY_VALUES) == is_parsed


def unknown_fields(value: bytes, count: int = 45_000) -> bytes:
    return b"{" + b",".join(b'"f%d":%b' % (n, value) for n in range(count)) + b"}"


@pytest.mark.parametrize(
    ("body", "omitted"),
    [
        (unknown_fields(b"1", 90_000), 90_001 - 20),
        (unknown_fields(b"1.5"), 45_001 - 20),
        (unknown_fields(b'"\\u00e9"'), 45_001 - 20),
        (unknown_fields(b"[1]"), 45_001 - 20),
        (unknown_fields(b"{}"), 45_001 - 20),
    ],
    ids=["numbers", "fractions", "texts", "lists", "objects"],
)
async def test_first_errors_of_too_many_values_are_listed(
    client: httpx.AsyncClient, body: bytes, omitted: int
) -> None:
    answer = await client.post("/prices", content=body, headers=JSON)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["detail"] == f"{TOO_MANY_VALUES}; see errors"
    named = {error["field"] for error in problem["errors"]}
    assert len(named) == 20
    assert named <= {"price", *(f"f{number}" for number in range(20))}
    # The last field that was read may be cut off, and counted neither here nor there.
    assert problem["errors_omitted"] == pytest.approx(omitted, abs=1)


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/prices", b'{"price":[' + b"1," * 450_000 + b"1]}", ["price"]),
        ("/prices", b'{"price":1,"label":[' + b'"",' * 300_000 + b'""]}', ["label"]),
        ("/basket", b'{"lines":[' + b"1.5," * 225_000 + b"1]}", ["lines"]),
        ("/basket", b'{"lines":[' + b'{"price":1},' * 75_000 + b"{}]}", ["lines"]),
        ("/prices", b'{"price":1,"x":[' + b'{"a":[' * 6_000, [""]),
    ],
    ids=["numbers", "texts", "wrong items", "items", "deep"],
)
async def test_list_of_too_many_values_is_named(
    client: httpx.AsyncClient, path: str, body: bytes, fields: list[str]
) -> None:
    answer = await client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == fields


async def test_too_many_values_are_rejected_though_the_first_are_valid(
    client: httpx.AsyncClient,
) -> None:
    body = b"{" + b",".join([b'"price":1'] * 90_000) + b"}"
    answer = await client.post("/prices", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [error["message"] for error in answer.json()["errors"]] == [TOO_MANY_VALUES]
    # The next request is judged anew.
    assert (await client.post("/prices", json={"price": 1})).status_code == 200
