"""Requests of the generated clients through the gateway."""

import httpx
import pytest

from tools.client.services import connected


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/orders?limit=5", "/api/v1/orders?limit=5"),
        ("/orders/user/a%2Fb@example.com", "/api/v1/orders/user/a%2Fb@example.com"),
        ("/login", "/api/v1/auth/login"),
        ("/me", "/api/v1/users/me"),
        ("/me/sessions", "/api/v1/users/me/sessions"),
        ("/mention", "/api/v1/mention"),
        ("/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("/api/v1/orders?cursor=abc", "/api/v1/orders?cursor=abc"),
    ],
)
async def test_request_has_public_path(path: str, public: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    urls = "http://{}.test".format
    async with connected(urls, through_gateway=True) as services:
        http = services.orders.http
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(answer),
            base_url=http.base_url,
            event_hooks=http.event_hooks,
        ) as client:
            await client.get(path)
    assert str(sent[0].url) == f"http://api-gateway.test{public}"
