"""A body that is no JSON, or no form, is refused with a sentence that says why."""

import httpx
import pytest

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SEND_JSON = "send JSON, with the header Content-Type: application/json"
SEND_FORM = f"send a form, a=..., with the header Content-Type: {FORM}"
NOT_JSON = "the body is not valid JSON: "


async def refused(
    client: httpx.AsyncClient, path: str, content_type: str | None, body: bytes
) -> str:
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 422
    problem = answer.json()
    detail: str = problem["detail"]
    assert problem["errors"] == [{"in": "body", "field": "", "message": detail}]
    return detail


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            b"{",
            f"{NOT_JSON}Expecting property name enclosed in double quotes,"
            " at character 2",
        ),
        (b'{"price": 1', f"{NOT_JSON}Expecting ',' delimiter, at character 12"),
        (b"price=1", f"{NOT_JSON}Expecting value, at character 1"),
        (b"", f"the body is missing: {SEND_JSON}"),
        (b"[]", "the body must be a JSON object"),
        (b'"price"', "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b'{"price": "\xff"}', "the body must be UTF-8 text"),
        (
            b'{"price": ' + b"1" * 5_000 + b"}",
            "a number of the body has too many digits",
        ),
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_malformed_json_is_explained(
    client: httpx.AsyncClient, body: bytes, sentence: str
) -> None:
    assert await refused(client, "/prices", JSON, body) == sentence


async def test_deeply_nested_json_is_refused(client: httpx.AsyncClient) -> None:
    sentence = await refused(client, "/prices", JSON, b"[" * 9_000)
    # Python 3.11 stops at its own limit; later ones read on to the end.
    assert sentence in {
        "the body is nested too deeply",
        f"{NOT_JSON}Expecting value, at character 9001",
    }


@pytest.mark.parametrize(
    ("content_type", "named"),
    [
        ("text/plain", "is text/plain"),
        ("Text/Plain; charset=utf-8", "is text/plain"),
        (FORM, f"is {FORM}"),
        ("application/jsonp", "is application/jsonp"),
        ("x" * 1_000, f"is {'x' * 100}"),
        (None, "has no Content-Type"),
    ],
)
async def test_json_of_another_content_type_is_explained(
    client: httpx.AsyncClient, content_type: str | None, named: str
) -> None:
    body = b'{"price": "1.00"}'
    sentence = f"the body {named}: {SEND_JSON}"
    assert await refused(client, "/prices", content_type, body) == sentence


@pytest.mark.parametrize(
    "content_type", [JSON, "application/merge-patch+json", "Application/JSON; v=1"]
)
async def test_json_is_accepted_by_any_of_its_names(
    client: httpx.AsyncClient, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    body = b'{"price": "1.00"}'
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("content_type", [JSON, "text/plain", None])
@pytest.mark.parametrize("body", [b'{"a": "1"}', b"a=1", b""])
async def test_body_that_is_not_a_form_is_explained(
    client: httpx.AsyncClient, content_type: str | None, body: bytes
) -> None:
    assert await refused(client, "/form", content_type, body) == SEND_FORM


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=X"])
async def test_form_without_a_field_names_the_field(
    client: httpx.AsyncClient, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    body = b"--X--" if "boundary" in content_type else b"b=1"
    answer = await client.post("/form", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"in": "body", "field": "a", "message": "Field required"}
    ]


async def test_item_that_is_no_object_is_explained(client: httpx.AsyncClient) -> None:
    answer = await client.post("/basket", json={"lines": [1]})
    assert answer.json()["errors"] == [
        {"in": "body", "field": "lines.0", "message": "must be a JSON object"}
    ]
