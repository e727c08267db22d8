"""The requests of docs/pannier.http work in their order."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chassis.testing import eventually
from tests.terminal import translated
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform

COLLECTION = (REPOSITORY / "docs" / "pannier.http").read_text()
VARIABLE = re.compile(r"^@(\w+) = (.*)$", re.MULTILINE)
USE = re.compile(r"{{(\w+)}}")
FROM_RESPONSE = re.compile(r"{{(\w+)\.response\.body\.\$\.(\w+)}}")
REJECTED = "Within a second, the token is rejected"


@dataclass(frozen=True)
class Request:
    title: str
    name: str
    line: str
    headers: dict[str, str]
    body: str


def requests(text: str) -> Iterator[Request]:
    for part in text.split("\n### ")[1:]:
        title, *rest = part.splitlines()
        name = rest.pop(0).removeprefix("# @name ") if rest[0].startswith("#") else ""
        head, _, body = "\n".join(rest).partition("\n\n")
        line, *lines = head.splitlines()
        headers = dict(each.split(": ", 1) for each in lines)
        yield Request(title, name, line, headers, body.strip())


class Editor:
    """Sends the requests as an editor does, with values of earlier responses."""

    def __init__(self, text: str, client: httpx.AsyncClient) -> None:
        self._variables = dict(VARIABLE.findall(text))
        self._responses: dict[str, Any] = {}
        self._client = client

    async def send(self, request: Request) -> httpx.Response:
        method, url = self._filled(request.line).split(" ", 1)
        headers = {k: self._filled(v) for k, v in request.headers.items()}
        body = self._filled(request.body)
        response = await self._client.request(
            method, url, headers=headers, content=body or None
        )
        if request.name:
            self._responses[request.name] = response.json()
        return response

    def _filled(self, text: str) -> str:
        known = USE.sub(lambda use: self._variables[use[1]], text)
        return FROM_RESPONSE.sub(lambda v: str(self._responses[v[1]][v[2]]), known)


@pytest.mark.usefixtures("shop")
async def test_every_request_of_the_collection_succeeds(platform: Platform) -> None:
    name = f"ada-{uuid.uuid4().hex[:8]}"
    text = re.sub(r"\bada\b", name, translated(COLLECTION, platform))
    async with httpx.AsyncClient(timeout=20) as client:
        editor = Editor(text, client)
        for request in requests(text):
            expected = (401,) if request.title == REJECTED else (200, 201, 204)

            async def succeeds(
                request: Request = request, expected: tuple[int, ...] = expected
            ) -> bool:
                response = await editor.send(request)
                assert response.status_code in expected, (request, response.text)
                return True

            # The others succeed at once. tests/e2e/test_journey.py measures the second.
            await eventually(succeeds, within=10 if 401 in expected else 0)
