"""The platform as anybody meets it: four services, each with a door of its own."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

Headers = dict[str, str]

ADDRESSES = {
    "users": ("USER_URL", "http://localhost:8001"),
    "products": ("PRODUCT_URL", "http://localhost:8002"),
    "orders": ("ORDER_URL", "http://localhost:8003"),
    "notifications": ("NOTIFICATION_URL", "http://localhost:8004"),
}
TIMEOUT_SECONDS = 20


class DemoError(Exception):
    """What a person at the command line can act on."""


@dataclass(frozen=True)
class Doors:
    users: httpx.Client
    products: httpx.Client
    orders: httpx.Client
    notifications: httpx.Client


@contextmanager
def open_doors(environment: Mapping[str, str]) -> Iterator[Doors]:
    with ExitStack() as stack:
        clients = {}
        for name, (variable, usual) in ADDRESSES.items():
            url = environment.get(variable, usual)
            client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS)
            clients[name] = stack.enter_context(client)
            _refuse_unless_ready(client, url)
        yield Doors(**clients)


def _refuse_unless_ready(client: httpx.Client, url: str) -> None:
    try:
        ready = client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        ready = False
    if not ready:
        raise DemoError(
            f"no service is ready at {url}: start the platform with `make up`"
        )


def expect(answer: httpx.Response, *statuses: int) -> Any:
    """The answer's body.

    Raises:
        DemoError: it has another status than these.
    """
    if answer.status_code not in statuses:
        asked = f"{answer.request.method} {answer.request.url}"
        raise DemoError(f"{asked} was answered {answer.status_code}: {answer.text}")
    return answer.json()


def every(
    client: httpx.Client, path: str, headers: Headers | None = None, **query: str
) -> Iterator[dict[str, Any]]:
    """All that is listed there, page by page."""
    answer = client.get(path, params={**query, "limit": "100"}, headers=headers)
    yield from expect(answer, 200)
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"], headers=headers)
        yield from expect(answer, 200)
