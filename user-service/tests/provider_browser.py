"""A browser that logs in at a provider, as the gateway passes its requests on."""

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

LOGIN, CALLBACK = "/auth/oidc/login", "/auth/oidc/callback"
COOKIE = "pannier-login"


class BegunLogin(NamedTuple):
    """
    Attributes:
        url: where the browser is sent, without its parameters.
        sent: the parameters.
        cookie: what the browser keeps.
        attributes: those of the cookie.
    """

    url: str
    sent: dict[str, str]
    cookie: str
    attributes: set[str]


async def begin(
    client: httpx.AsyncClient, headers: dict[str, str] | None = None, **given: str
) -> BegunLogin:
    response = await client.get(LOGIN, params=given, headers=headers)
    assert response.status_code == 303, response.text
    url, _, query = response.headers["Location"].partition("?")
    pair, *attributes = response.headers["Set-Cookie"].split("; ")
    sent = {name: value for name, [value] in parse_qs(query).items()}
    return BegunLogin(url, sent, pair.partition("=")[2], set(attributes))


async def come_back(
    client: httpx.AsyncClient, begun: BegunLogin | None, **answer: Any
) -> httpx.Response:
    """Sends the provider's response; `state` is the right one if it is not given."""
    if begun is not None:
        answer.setdefault("state", begun.sent["state"])
    cookie = {"Cookie": f"{COOKIE}={begun.cookie}"} if begun else {}
    params = {name: value for name, value in answer.items() if value is not None}
    return await client.get(CALLBACK, params=params, headers=cookie)


def cleared(response: httpx.Response) -> bool:
    """Returns whether the browser forgets the log-in."""
    return "Max-Age=0" in response.headers.get("Set-Cookie", "")


def host(url: str) -> str:
    return urlsplit(url).netloc
