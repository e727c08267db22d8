"""Examples and streams in the OpenAPI document, because FastAPI's own are not valid."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent

from chassis import RequestBody, ResponseBody, example
from chassis._http.openapi import document_problems

LETTER: dict[str, Any] = {"to": None, "lines": [{"text": "hello", "by": None}]}


class LetterCreate(RequestBody):
    model_config = example({"to": None})

    to: str | None


class LetterRead(ResponseBody):
    model_config = example(LETTER)

    to: str | None
    lines: list[dict[str, str | None]]


def described() -> dict[str, Any]:
    app = FastAPI()

    @app.post("/letters")
    async def send_letter(letter: LetterCreate) -> LetterRead:
        return LetterRead(to=letter.to, lines=[])

    @app.get("/stream", response_class=EventSourceResponse)
    async def follow_letters() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data="hello")

    document_problems(app, "http://users.example/login")
    return app.openapi()


def test_examples_keep_their_nulls() -> None:
    schemas = described()["components"]["schemas"]

    assert schemas["LetterCreate"]["examples"] == [{"to": None}]
    assert schemas["LetterRead"]["examples"] == [LETTER]


def test_model_of_same_name_gets_no_other_example() -> None:
    class LetterRead(ResponseBody):
        model_config = example({"to": None, "pages": 2})

    assert LetterRead.__name__ == "LetterRead"
    assert described()["components"]["schemas"]["LetterRead"]["examples"] == [LETTER]


def test_stream_is_described_as_text() -> None:
    """`itemSchema` is of OpenAPI 3.2."""
    document = described()

    content = document["paths"]["/stream"]["get"]["responses"]["200"]["content"]
    assert document["openapi"].startswith("3.1.")
    assert content == {"text/event-stream": {"schema": {"type": "string"}}}
