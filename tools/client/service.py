"""One service over HTTP: requests, typed answers and pages of a list."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Self, TypeVar, cast
from urllib.parse import quote

import httpx

Body = TypeVar("Body")
Item = TypeVar("Item")

PROBLEM = "application/problem+json"


class UnexpectedAnswer(AssertionError):
    """The service answered with another status than the caller needs."""


@dataclass(frozen=True)
class Answer(Generic[Body]):
    """The answer of a service, with a body of a known type if the request succeeded."""

    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    def is_problem(self, code: str) -> bool:
        """Tells whether this is a problem document with that code."""
        kind = self.response.headers.get("Content-Type")
        return bool(kind == PROBLEM and self.response.json()["code"] == code)

    def expect(self, *statuses: int) -> Body:
        """Returns the body; None if the answer has none.

        Raises:
            UnexpectedAnswer: the status is not one of `statuses`.
        """
        if self.status not in statuses:
            request = self.response.request
            raise UnexpectedAnswer(
                f"{request.method} {request.url} was answered with {self.status}:"
                f" {self.response.text}"
            )
        return cast(Body, self.response.json() if self.response.content else None)


@dataclass(frozen=True)
class ServiceClient:
    """Sends requests to one service; the subclasses are generated.

    Attributes:
        seconds: time limit of each request; None for the limit of `http`.
    """

    http: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def signed_in(self, token: str) -> Self:
        """Returns a client that sends this access token with each request."""
        return self.with_headers({"Authorization": f"Bearer {token}"})

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        return replace(self, headers={**self.headers, **headers})

    def limited_to(self, seconds: float) -> Self:
        return replace(self, seconds=seconds)

    async def every(self, first: Answer[list[Item]]) -> AsyncIterator[Item]:
        """Yields the items of a list, from its first page to its last."""
        page = first
        while True:
            for item in page.expect(200):
                yield item
            if (link := page.response.links.get("next")) is None:
                return
            page = Answer(await self.send("GET", link["url"]))

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        json: Any = None,
        form: Any = None,
    ) -> httpx.Response:
        """Sends one request, without the query parameters and headers that are None."""
        # Waiting for a free connection is not limited: nothing is sent until then.
        limit = None if self.seconds is None else httpx.Timeout(self.seconds, pool=None)
        return await self.http.request(
            method,
            path,
            params=_given(query) or None,
            headers={**self.headers, **_given(headers)},
            json=json,
            data=form,
            timeout=limit or httpx.USE_CLIENT_DEFAULT,
        )


def in_path(value: str) -> str:
    """Returns the value as one segment of a path."""
    return quote(value, safe="@")


def _given(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: v for name, v in (values or {}).items() if v is not None}
