"""A running application and its signed-in users."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider

from chassis._authentication.current_user import NotAuthenticated
from chassis._peers.peer import Peer
from chassis._principal import Principal
from chassis._resources import Resources, resources_of, set_resources
from chassis.testing._simulated_peer import SimulatedNetwork


class FakeTokenValidator:
    """Accepts every token of the form `role:user_id`, such as `customer:7`."""

    async def validate(self, token: str) -> Principal:
        role, _, number = token.partition(":")
        if role == "service":
            return Principal(user_id=None, username=number, roles=frozenset({role}))
        if role not in ("customer", "admin") or not number.isdigit():
            raise NotAuthenticated("not one of the test's own tokens")
        return Principal(
            user_id=int(number),
            username=f"user{number}",
            email=f"user{number}@example.com",
            full_name=f"User {number}",
            roles=frozenset({role}),
        )


def as_user(user_id: int, role: str = "customer") -> dict[str, str]:
    """Returns the header of a user, for an app with a `FakeTokenValidator`."""
    return {"Authorization": f"Bearer {role}:{user_id}"}


def a_peer(
    transport: httpx.AsyncBaseTransport, provider: TracerProvider | None = None
) -> Peer:
    """Returns a peer that `transport` simulates, such as an `httpx.MockTransport`."""
    network = SimulatedNetwork(transport)
    return Peer("peer", "http://peer", provider or TracerProvider(), network)


def replace_resources(app: FastAPI, **replacements: Any) -> None:
    """Replaces resources of a running app, such as its `token_validator`."""
    set_resources(app, replace(resources_of(app, Resources), **replacements))


@asynccontextmanager
async def started(
    app: FastAPI, **replacements: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """Runs the app's lifespan, and yields a client that calls it in this process.

    Args:
        replacements: those of `replace_resources`.
    """
    async with app.router.lifespan_context(app):
        replace_resources(app, **replacements)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://service"
        ) as client:
            yield client
