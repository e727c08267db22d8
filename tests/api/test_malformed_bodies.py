"""Every operation rejects malformed bodies with a problem document."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.answers import flaw, named_fields
from tests.api.malformed_input import (
    FORMS,
    MAX_BODY,
    NEVER_TAKEN,
    NO_BODIES,
    ODD_VALUES,
    as_json,
)
from tests.api.operations import FORM, JSON, Operation, Way, replaced
from tests.api.request_sender import ENDS_THE_SESSION, RequestSender
from tests.api.through_gateway import cases

AS_JSON = {"Content-Type": JSON}
AS_FORM = {"Content-Type": FORM}

WITH_BODY = cases(lambda operation: operation.media_type)
WITH_JSON = cases(lambda operation: operation.media_type == JSON)
WITH_FORM = cases(lambda operation: operation.media_type == FORM)


def test_every_content_type_is_tested() -> None:
    assert len(WITH_BODY) == len(WITH_JSON) + len(WITH_FORM)


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_example_of_body_is_valid(
    send: RequestSender, operation: Operation
) -> None:
    answer = await send(operation, json=operation.example)

    assert operation.takes(operation.example)
    assert answer.status_code in operation.statuses - {413, 422}, answer.text
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_value_that_no_field_takes_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    flaws = [
        (way, name, wrong)
        for way in operation.fields()
        for name, value in NEVER_TAKEN.items()
        # Any text may be sent as a refresh token that is to end its session.
        if operation.path not in ENDS_THE_SESSION or name != "over-long text"
        if (wrong := await _flaw_of_value(send, operation, way, value, refused=True))
    ]
    assert flaws == []


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_value_that_breaks_the_schema_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    flaws = [
        (way, name, wrong)
        for way in operation.fields()
        for name, value in ODD_VALUES.items()
        if (wrong := await _flaw_of_value(send, operation, way, value))
    ]
    assert flaws == []


async def _flaw_of_value(
    send: RequestSender,
    operation: Operation,
    way: Way,
    value: Any,
    *,
    refused: bool = False,
) -> str | None:
    body = replaced(operation.example, way, value)
    refused = refused or not operation.takes(body)
    answer = await send(operation, content=as_json(body), headers=AS_JSON)
    wrong = flaw(operation, answer, [422] if refused else ())
    if wrong or not refused:
        return wrong
    path = ".".join(map(str, way))
    named = named_fields(answer)
    if not any(f"{field}.".startswith(f"{path}.") for field in named):
        return f"{named} are named"
    return None


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_missing_required_field_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    for missing in operation.required_fields():
        body = {k: v for k, v in operation.example.items() if k != missing}

        answer = await send(operation, json=body)

        assert flaw(operation, answer, [422]) is None
        assert missing in named_fields(answer)


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_unknown_field_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    answer = await send(operation, json={**operation.example, "surprise": 1})

    assert flaw(operation, answer, [422]) is None
    assert named_fields(answer) == ["surprise"]


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_body_without_json_object_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    cut = as_json(operation.example)[:-1]
    flaws = [
        (name, wrong)
        for name, content in {**NO_BODIES, "cut": cut}.items()
        # The body of a log-out may be left out.
        if operation.path not in ENDS_THE_SESSION or content not in (b"", b"null")
        if (wrong := await _flaw_of_body(send, operation, content, AS_JSON))
    ]
    assert flaws == []


@pytest.mark.parametrize("operation", WITH_JSON)
async def test_repeated_field_is_no_error(
    send: RequestSender, operation: Operation
) -> None:
    content = as_json(operation.example)
    twice = content[:-1] + b"," + content[1:]

    answer = await send(operation, content=twice, headers=AS_JSON)

    assert flaw(operation, answer) is None


@pytest.mark.parametrize("operation", WITH_FORM)
async def test_broken_form_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    multipart = {"Content-Type": "multipart/form-data"}
    bounded = {"Content-Type": "multipart/form-data; boundary=X"}
    sent = [(name, form, AS_FORM) for name, form in FORMS.items()]
    sent += [("multipart", b"x", multipart), ("no parts", b"x", bounded)]
    flaws = [
        (name, wrong)
        for name, content, headers in sent
        if (wrong := await _flaw_of_body(send, operation, content, headers))
    ]
    assert flaws == []


@pytest.mark.parametrize("operation", WITH_FORM)
@pytest.mark.parametrize(
    "value",
    ["lamp\x00", b"lamp\xed\xa0\x80", "x" * 100_000],
    ids=["NUL", "lone surrogate", "long"],
)
async def test_invalid_value_is_invalid_in_form_too(
    send: RequestSender, operation: Operation, value: str | bytes
) -> None:
    for way in operation.fields():
        form = urlencode(replaced(operation.example, way, value)).encode()

        answer = await send(operation, content=form, headers=AS_FORM)

        assert flaw(operation, answer, _invalid(operation)) is None
        assert answer.status_code == 400 or named_fields(answer) == [way[0]]


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/xml"},
        {"Content-Type": "lamp"},
        {},
    ],
    ids=["plain", "XML", "no type", "none"],
)
async def test_body_of_another_type_is_invalid(
    send: RequestSender, operation: Operation, headers: dict[str, str]
) -> None:
    body = as_json(operation.example)

    assert await _flaw_of_body(send, operation, body, headers) is None


async def _flaw_of_body(
    send: RequestSender, operation: Operation, content: bytes, headers: dict[str, str]
) -> str | None:
    answer = await send(operation, content=content, headers=headers)
    return flaw(operation, answer, _invalid(operation))


def _invalid(operation: Operation) -> list[int]:
    """OAuth has a status of its own for malformed requests (RFC 6749, 5.2)."""
    oauth = ("/oauth/token", "/auth/oidc/backchannel-logout")
    return [400, 422] if operation.path.endswith(oauth) else [422]


@pytest.mark.parametrize("operation", WITH_BODY)
async def test_body_over_one_mebibyte_is_too_large(
    send: RequestSender, operation: Operation
) -> None:
    headers = {"Content-Type": operation.media_type or ""}

    for content in (b" " * (MAX_BODY + 1), _in_pieces(MAX_BODY + 1)):
        answer = await send(operation, content=content, headers=headers)

        assert flaw(operation, answer, [413]) is None


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    """Sent in chunks, without a length."""
    for start in range(0, size, 65536):
        yield b" " * min(65536, size - start)
