"""A browser logs in and out at a certified provider, through the gateway."""

import json
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio

from chassis.testing import certified_provider, reserved_port
from tests.gateway import Gateway, serving
from tests.user_service import FOLDER, UserService, running

PUBLIC_URL = "http://localhost:9000"
LOGIN, SESSION = "/api/v1/auth/oidc/login", "/api/v1/auth/session"
COOKIE = "pannier-refresh"
SECRET = secrets.token_urlsafe(32)
PROVIDER = {
    "name": "certified",
    "client_id": "pannier-web",
    "client_secret": SECRET,
    "scope": "openid shop",
    "audience": "pannier",
    "roles_claim": "roles",
    "admin_values": ["shop-admin"],
}


@pytest_asyncio.fixture(scope="module")
async def user_service(
    broker_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[UserService]:
    """With the certified provider."""
    keys = tmp_path_factory.mktemp("keys")
    with reserved_port() as port:
        provider = {**PROVIDER, "issuer": f"http://127.0.0.1:{port}"}
        providers = json.dumps([provider])
        async with running(
            broker_url, keys, OIDC_PROVIDERS=providers, PUBLIC_URL=PUBLIC_URL
        ) as service:
            logout = f"{service.url}/auth/oidc/backchannel-logout"
            with certified_provider(
                FOLDER / "tests" / "certified_provider",
                port,
                CLIENT_SECRET=SECRET,
                REDIRECT_URI=f"{PUBLIC_URL}/api/v1/auth/oidc/callback",
                HOME_URL=f"{PUBLIC_URL}/",
                BACKCHANNEL_LOGOUT_URI=logout,
            ):
                yield service


@pytest_asyncio.fixture
async def gateway(user_service: UserService) -> AsyncIterator[Gateway]:
    async with serving(user_service.url, public_url=PUBLIC_URL) as gateway:
        yield gateway


class Browser:
    """Follows redirects with a jar of cookies; the gateway is at the public address.

    Attributes:
        visited: all addresses, the oldest first.
    """

    def __init__(self, client: httpx.AsyncClient, gateway: Gateway) -> None:
        self.client = client
        self.visited: list[str] = []
        self._gateway = gateway

    async def open(self, url: str) -> httpx.Response:
        """Goes on until a page of the storefront, or one that asks something."""
        while True:
            self.visited.append(url)
            response = await self.client.get(url.replace(PUBLIC_URL, self._gateway.url))
            if not response.is_redirect:
                return response
            url = str(httpx.URL(url).join(response.headers["Location"]))
            if url.startswith(PUBLIC_URL) and "/api/" not in url:
                self.visited.append(url)
                return response

    async def log_in(self, username: str, **given: str) -> str:
        """Logs in as a user of the provider, and returns where the browser ends."""
        begun = await self.client.get(LOGIN, params=given)
        assert begun.status_code == 303, begun.text
        await self.open(f"{begun.headers['Location']}&login_hint={username}")
        return self.visited[-1]

    async def refresh(self) -> httpx.Response:
        return await self.client.post(f"{SESSION}/refresh")

    async def log_out_at(self, url: str) -> str:
        asked = await self.open(url)
        [xsrf] = re.findall(r'name="xsrf" value="(\w+)"', asked.text)
        confirm = httpx.URL(url).join("/session/end/confirm")
        form = {"xsrf": xsrf, "logout": "yes"}
        ended = await self.client.post(confirm, data=form)
        return ended.headers["Location"]


@pytest_asyncio.fixture
async def browser(gateway: Gateway) -> AsyncIterator[Browser]:
    headers = {"X-CSRF-Protection": "1"}
    async with gateway.client(headers=headers) as client:
        yield Browser(client, gateway)


async def test_user_of_provider_gets_session(
    browser: Browser, user_service: UserService
) -> None:
    page = await browser.log_in("ada", return_to="/orders?status=shipped")

    assert page == f"{PUBLIC_URL}/orders?status=shipped"
    assert "pannier-login" not in browser.client.cookies
    refreshed = await browser.refresh()
    assert refreshed.status_code == 200
    assert await user_service.accepts(refreshed.json()["access_token"])


async def test_role_of_provider_opens_administration(browser: Browser) -> None:
    await browser.log_in("grace")
    token = (await browser.refresh()).json()["access_token"]

    users = await browser.client.get(
        "/api/v1/users", headers={"Authorization": f"Bearer {token}"}
    )

    assert users.status_code == 200


async def test_log_out_here_goes_on_at_provider(browser: Browser) -> None:
    await browser.log_in("ada")
    kept = browser.client.cookies[COOKIE]

    ended = await browser.client.delete(SESSION)

    assert ended.status_code == 200
    assert COOKIE not in browser.client.cookies
    again = await browser.client.post(
        f"{SESSION}/refresh", headers={"Cookie": f"{COOKIE}={kept}"}
    )
    assert again.status_code == 401
    home = await browser.log_out_at(ended.json()["end_session_url"])
    assert home == f"{PUBLIC_URL}/"


async def test_log_out_at_provider_ends_session_here(
    browser: Browser, user_service: UserService
) -> None:
    await browser.log_in("ada")
    token = (await browser.refresh()).json()["access_token"]
    issuer = f"http://{urlsplit(browser.visited[0]).netloc}"

    # The provider calls user-service before it responds to the browser.
    await browser.log_out_at(f"{issuer}/session/end?client_id=pannier-web")

    assert not await user_service.accepts(token)
    assert (await browser.refresh()).status_code == 401


async def test_code_and_state_are_good_once(browser: Browser) -> None:
    await browser.log_in("ada", return_to="/orders")
    [callback] = [url for url in browser.visited if "/callback" in url]

    await browser.open(callback)

    assert browser.visited[-1] == f"{PUBLIC_URL}/?login_error=login_state_invalid"
    assert (await browser.refresh()).status_code == 200


async def test_refused_log_in_returns_to_storefront(browser: Browser) -> None:
    begun = await browser.client.get(LOGIN, params={"return_to": "/cart"})
    sent = urlsplit(begun.headers["Location"])
    query = {
        "error": "access_denied",
        "state": parse_qs(sent.query)["state"][0],
        "iss": f"http://{sent.netloc}",
    }
    callback = f"{PUBLIC_URL}/api/v1/auth/oidc/callback"

    await browser.open(f"{callback}?{urlencode(query)}")

    assert browser.visited[-1] == f"{PUBLIC_URL}/cart?login_error=login_denied"
    assert (await browser.refresh()).status_code == 401


async def test_secrets_of_log_in_are_never_logged(
    browser: Browser,
    user_service: UserService,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    await browser.log_in("ada")
    [callback] = [url for url in browser.visited if "/callback" in url]
    sent = parse_qs(urlsplit(callback).query)
    await browser.open(callback)

    written = user_service.log_file.read_text() + "".join(capfd.readouterr())

    assert "provider_user_logged_in" in written
    assert "/api/v1/auth/oidc/callback" in written
    for secret in (
        *sent["code"],
        *sent["state"],
        browser.client.cookies[COOKIE],
        SECRET,
    ):
        assert secret not in written
