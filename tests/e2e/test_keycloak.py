"""A user of a real Keycloak logs in, orders, and is logged out everywhere."""

import json
import time
from collections.abc import Iterator

import pytest

from chassis.testing import eventually
from tests.keycloak import CLIENT, Browser, Keycloak, KeycloakMissing, install
from tests.replicas import Replicas
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import free_ports

PASSWORD = "kate has 9 keys"


@pytest.fixture(scope="module")
def keycloak_and_services(platform: Platform) -> Iterator[tuple[Keycloak, Replicas]]:
    """Keycloak, and second processes of the services that know it."""
    try:
        home = install(REPOSITORY / ".local" / "keycloak")
    except KeycloakMissing as reason:
        pytest.skip(str(reason))
    [port] = free_ports(1)
    keycloak = Keycloak(port)
    provider = {
        "name": "keycloak",
        "issuer": keycloak.issuer,
        "client_id": CLIENT,
        "client_secret": keycloak.client_secret,
        "audience": "pannier",
        "roles_claim": "realm_access.roles",
        "admin_values": ["pannier-admin"],
    }
    replicas = Replicas(platform, {"OIDC_PROVIDERS": json.dumps([provider])})
    logout_url = f"{replicas.url('user-service')}/auth/oidc/backchannel-logout"
    with keycloak.running(home, logout_url), replicas.started():
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
        (shop.users, "GET", "/me"),
        (shop.orders, "GET", "/orders"),
        (shop.notifications, "GET", "/notifications"),
        (shop.products, "DELETE", f"/products/{lamp}"),
    ]
    for client, method, path in requests:
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code in (200, 403)

    browser.log_out(tokens["id_token"])
    logged_out = time.monotonic()

    async def all_reject() -> bool:
        asked = time.monotonic()
        for client, method, path in requests:
            answer = await client.request(method, path, headers=headers)
            if answer.status_code != 401:
                assert asked - logged_out <= 1.0, "still open after a second"
                return False
        return True

    await eventually(all_reject, within=5.0)
