"""A user of a real Keycloak logs in, orders, and is logged out everywhere."""

import json
from collections.abc import Iterator
from functools import partial
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest

from tests.ended_tokens import all_are_rejected_in_time
from tests.keycloak import CLIENT, Keycloak, KeycloakMissing, install
from tests.keycloak_browser import Browser
from tests.replicas import Replicas
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, free_ports

PASSWORD = "kate has 9 keys"
AUTH = "/api/v1/auth"
SECONDS = 30.0


@pytest.fixture(scope="module")
def keycloak_and_services(platform: Platform) -> Iterator[tuple[Keycloak, Replicas]]:
    """Keycloak, and second processes of the services that know it."""
    try:
        home = install(REPOSITORY / ".local" / "keycloak")
    except KeycloakMissing as reason:
        pytest.skip(str(reason))
    [port] = free_ports(1)
    settings: dict[str, str] = {}
    replicas = Replicas(platform, settings)
    shop_url = replicas.url(GATEWAY)
    keycloak = Keycloak(port, shop_url)
    provider = {
        "name": "keycloak",
        "issuer": keycloak.issuer,
        "client_id": CLIENT,
        "client_secret": keycloak.client_secret,
        "audience": "pannier",
        "roles_claim": "realm_access.roles",
        "admin_values": ["pannier-admin"],
    }
    settings |= {"OIDC_PROVIDERS": json.dumps([provider]), "PUBLIC_URL": shop_url}
    with keycloak.running(home), replicas.started():
        yield keycloak, replicas


@pytest.mark.slow
async def test_keycloak_user_orders_and_is_logged_out_everywhere(
    keycloak_and_services: tuple[Keycloak, Replicas],
) -> None:
    keycloak, replicas = keycloak_and_services
    keycloak.create_user("kate", PASSWORD)
    with Browser(keycloak) as browser:
        async with Shop(replicas) as shop:
            await log_in_order_and_log_out(browser, shop)


async def log_in_order_and_log_out(browser: Browser, shop: Shop) -> None:
    tokens = browser.log_in("kate", PASSWORD)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    lamp = await shop.sell(await shop.register(), quantity=3)
    body = {"product_id": lamp, "quantity": 1}

    placed = await shop.orders.post("/orders", json=body, headers=headers)

    assert placed.status_code == 201, placed.text
    assert placed.json()["customer_email"] == "kate@example.com"
    requests = [
        partial(shop.users.get, "/me", headers=headers),
        partial(shop.orders.get, "/orders", headers=headers),
        partial(shop.notifications.get, "/notifications", headers=headers),
        partial(shop.products.delete, f"/products/{lamp}", headers=headers),
    ]
    for request in requests:
        assert (await request()).status_code in (200, 403)

    browser.log_out(tokens["id_token"])

    await all_are_rejected_in_time(requests)


@pytest.mark.slow
async def test_browser_of_keycloak_user_is_shipped_to_and_logged_out(
    keycloak_and_services: tuple[Keycloak, Replicas],
) -> None:
    keycloak, replicas = keycloak_and_services
    keycloak.create_user("kim", PASSWORD)
    headers = {"X-CSRF-Protection": "1"}
    async with (
        Shop(replicas) as shop,
        httpx.AsyncClient(
            base_url=replicas.url(GATEWAY), headers=headers, timeout=SECONDS
        ) as web,
    ):
        with Browser(keycloak) as browser:
            code = await log_in_at_gateway(web, browser)
            await order_and_ship(web, shop)
            end_session_url = await log_out_at_keycloak(web, browser)
        secrets = (code, web.cookies["pannier-refresh"])

    assert end_session_url == f"{keycloak.shop_url}/"
    logs = "".join(replicas.log(name) for name in ("user-service", GATEWAY))
    assert "provider_user_logged_in" in logs
    assert [secret for secret in secrets if secret in logs] == []


async def log_in_at_gateway(web: httpx.AsyncClient, browser: Browser) -> str:
    """Returns the code, which was used."""
    begun = await web.get(f"{AUTH}/oidc/login", params={"return_to": "/orders"})
    callback = browser.sign_in(begun.headers["Location"], "kim", PASSWORD)
    back = await web.get(callback)
    assert (back.status_code, back.headers["Location"]) == (303, "/orders")
    web.headers["Authorization"] = f"Bearer {await access_token(web)}"
    [code] = parse_qs(urlsplit(callback).query)["code"]
    return code


async def access_token(web: httpx.AsyncClient) -> str:
    refreshed = await web.post(f"{AUTH}/session/refresh")
    assert refreshed.status_code == 200, refreshed.text
    token: str = refreshed.json()["access_token"]
    return token


async def order_and_ship(web: httpx.AsyncClient, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    body = {"product_id": lamp, "quantity": 1}
    placed = await web.post("/api/v1/orders", json=body)
    assert placed.status_code == 201, placed.text
    path = f"/api/v1/orders/{placed.json()['id']}"
    admin = {"Authorization": f"Bearer {(await shop.administrator()).token}"}

    moved = await web.patch(f"{path}/status", json={"status": "shipped"}, headers=admin)

    assert moved.status_code == 200, moved.text
    assert (await web.get(path)).json()["status"] == "shipped"


async def log_out_at_keycloak(web: httpx.AsyncClient, browser: Browser) -> str:
    """Logs out there only, and waits until the session here has ended."""
    home = urljoin(str(web.base_url), "/")
    query = {"client_id": CLIENT, "post_logout_redirect_uri": home}
    left_at = browser.confirm_log_out(f"{browser.path}/logout?{urlencode(query)}")
    paths = ("/api/v1/orders", "/api/v1/users/me")
    await all_are_rejected_in_time([partial(web.get, path) for path in paths])
    assert (await web.post(f"{AUTH}/session/refresh")).status_code == 401
    return left_at
