"""Every operation rejects malformed parameters with a problem document."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.api.answers import flaw, named_fields
from tests.api.malformed_input import TEXTS, UNREADABLE
from tests.api.operations import JSON, Operation, Parameter
from tests.api.request_sender import RequestSender
from tests.api.through_gateway import cases

# Another path; and the id of something that other tests may need.
NOT_IN_PATHS = ("", "101")
WITH_PARAMETERS = cases(lambda operation: operation.parameters)


@pytest.mark.parametrize("operation", WITH_PARAMETERS)
async def test_parameter_that_breaks_its_schema_is_invalid(
    send: RequestSender, operation: Operation
) -> None:
    flaws = []
    for parameter, name, text in _malformed_parameters(operation):
        answer = await _ask_with(send, operation, parameter, text)
        decoded = httpx.URL(f"http://x/?{parameter.name}={text}").params
        value = decoded[parameter.name]
        refused = name in UNREADABLE or not (
            parameter.may_be(value) or _is_absent(parameter, value)
        )
        if wrong := flaw(operation, answer, [422] if refused else ()):
            flaws.append((parameter.name, name, wrong))
        elif refused and named_fields(answer) != [parameter.name]:
            flaws.append((parameter.name, name, f"named: {named_fields(answer)}"))
    assert flaws == []


def _is_absent(parameter: Parameter, value: str) -> bool:
    return (
        parameter.location == "query"
        and not parameter.is_required
        and not value.strip()
    )


def _malformed_parameters(operation: Operation) -> Iterator[tuple[Parameter, str, str]]:
    for parameter in operation.parameters:
        for name, text in TEXTS.items():
            if parameter.location == "query" or text not in NOT_IN_PATHS:
                yield parameter, name, text


async def _ask_with(
    send: RequestSender, operation: Operation, parameter: Parameter, text: str
) -> httpx.Response:
    body: dict[str, Any] = {}
    if operation.media_type == JSON:
        body = {"json": operation.example}
    if parameter.location == "path":
        return await send(operation, {parameter.name: text}, **body)
    others = {
        other.name: other.example
        for other in operation.parameters
        if other.location == "query" and other.is_required and other != parameter
    }
    query = "&".join(filter(None, [urlencode(others), f"{parameter.name}={text}"]))
    return await send(operation, query=query, **body)
