"""After all tests: the form of the platform's logs, and that they have no secret."""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from chassis.testing import eventually
from observability.telemetry import registry
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import PORTS, SERVICE_PORTS

JWT = r"eyJ[\w-]{8,}\.eyJ"
BCRYPT = r"\$2b\$\d\d\$"
PRIVATE_KEY = "PRIVATE KEY"
ADDRESS = r"[^\s*\"'<]+(?:@|%40)example\.(?:com|org)"
# The sender of the platform's mail is no secret.
SENDER = "shop@example.com"
# When one of its processes crashes, it may write down the message that it held.
DUMPS_WHAT_IT_HELD = "rabbitmq"
OF_A_SERVICE = re.compile("|".join(PORTS))

pytestmark = pytest.mark.last


@pytest_asyncio.fixture
async def spoken(
    shop: Shop, gateway: httpx.AsyncClient, platform: Platform
) -> set[str]:
    """The secrets of a user who has sent them to every operation that takes them."""
    ada, seller, admin = [await shop.register() for _ in "ab"] + [await shop.appoint()]
    pair = await spend_refresh_tokens(shop, ada)
    await fail_to_get_in(shop, ada)
    await be_granted_a_service_token(shop)
    email = f"{ada.username}@example.com"
    await shop.users.get("/users", params={"q": email}, headers=admin.headers)
    for path in (f"/orders/user/{email}", f"/orders?access_token={ada.token}"):
        await shop.orders.get(path, headers=ada.headers)
        await gateway.get(f"/api/v1{path}", headers=ada.headers)
    lamp = await shop.sell(seller, quantity=5)
    await shop.buy(ada, lamp)
    (order,) = (await shop.orders.get("/orders", headers=ada.headers)).json()
    await shop.is_notified_of(ada, order["id"], "order.created", within=60)
    await everything_is_written(shop, gateway, platform)
    return {ada.token, seller.token, admin.token, *pair}


async def spend_refresh_tokens(shop: Shop, ada: Person) -> set[str]:
    form = {"username": ada.username, "password": PASSWORD}
    first = (await shop.users.post("/login", data=form)).json()
    body = {"refresh_token": first["refresh_token"]}
    second = (await shop.users.post("/refresh", json=body)).json()
    again = await shop.users.post("/refresh", json=body)
    assert again.status_code == 200
    return {
        pair[f"{kind}_token"]
        for pair in (first, second, again.json())
        for kind in ("access", "refresh")
    }


async def fail_to_get_in(shop: Shop, ada: Person) -> None:
    email = f"{ada.username}@example.com"
    for password, status in ((PASSWORD, 400), ({"is": PASSWORD}, 422)):
        account = {
            "username": f"{ada.username}-2",
            "password": password,
            "email": email,
        }
        answer = await shop.users.post("/register", json=account)
        assert answer.status_code == status
    for username in (email, ada.username):
        form = {"username": username, "password": f"{PASSWORD}!"}
        assert (await shop.users.post("/login", data=form)).status_code == 401
    for token in (f"{ada.token}x", PASSWORD):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await shop.orders.get("/orders", headers=headers)).status_code == 401


async def be_granted_a_service_token(shop: Shop) -> None:
    form = shop.grant("order-service")
    for grant, status in ((form["grant_type"], 200), ("password", 400)):
        body = {**form, "grant_type": grant}
        answer = await shop.users.post("/oauth/token", data=body)
        assert answer.status_code == status


async def everything_is_written(
    shop: Shop, gateway: httpx.AsyncClient, platform: Platform
) -> None:
    request_id = f"last-{uuid.uuid4().hex}"
    services = (shop.users, shop.products, shop.orders, shop.notifications)
    for client in (*services, gateway):
        await client.get("/", headers={"X-Request-ID": request_id})

    async def check() -> bool:
        return all(request_id in platform.log(name) for name in platform.service_ports)

    await eventually(check)


@pytest.mark.usefixtures("spoken")
def test_services_and_their_libraries_log_in_one_form(platform: Platform) -> None:
    for service in platform.service_ports:
        known = {
            (line["logger"], line["service"]) for line in parsed(platform, service)
        }
        loggers = {"chassis._http.middleware", "uvicorn.error"}
        if service in SERVICE_PORTS:
            loggers.add("alembic.runtime.migration")
        assert {(logger, service) for logger in loggers} <= known


@pytest.mark.usefixtures("spoken")
def test_every_request_is_logged_with_id_and_trace(platform: Platform) -> None:
    for service in platform.service_ports:
        requests = [x for x in parsed(platform, service) if x["event"] == "request"]
        assert requests
        for line in requests:
            assert line.keys() >= {"request_id", "trace_id", "span_id", "user_id"}


@pytest.mark.usefixtures("spoken")
def test_every_line_is_registered(platform: Platform) -> None:
    """All that the services have logged in all tests so far."""
    surprises = {
        problem
        for name, line in lines(platform)
        if OF_A_SERVICE.search(name) and line.startswith("{") and line.endswith("}")
        for problem in unregistered(json.loads(line))
    }
    assert surprises == set()


def unregistered(line: dict[str, Any]) -> Iterator[str]:
    logger, name = line["logger"], line["event"]
    if any(f"{logger}.".startswith(f"{each}.") for each in registry.library_loggers()):
        return
    if not logger.startswith(("app.", "chassis.")):
        yield f"logger {logger}: {name}"
        return
    named = registry.log_events().get(name)
    if named is None:
        yield f"log event {name}"
        return
    if line["level"] != named.level:
        yield f"log event {name}: level {line['level']}"
    for field in line.keys() - registry.fields_of_every_line() - set(named.fields):
        yield f"log event {name}: field {field}"


def parsed(platform: Platform, service: str) -> list[dict[str, Any]]:
    """Returns the lines that the service has logged, also before a rotation."""
    files = platform.layout.logs.glob(f"{service}.log*")
    lines = [x for f in files for x in f.read_text(errors="replace").splitlines()]
    # The last line of a file, or of a killed process, may be incomplete.
    return [json.loads(x) for x in lines if x.startswith("{") and x.endswith("}")]


def lines(platform: Platform) -> Iterator[tuple[str, str]]:
    """Each line of each log, those that were put aside included."""
    for file in sorted(platform.layout.logs.iterdir()):
        for line in file.read_text(errors="replace").splitlines():
            yield file.name, line


def kept(platform: Platform) -> set[str]:
    """The secrets of the platform itself."""
    secrets: dict[str, str] = json.loads(platform.layout.secrets.read_text())
    keys = platform.layout.signing_keys.glob("*.pem")
    of_keys = {line for key in keys for line in key.read_text().splitlines()[1:-1]}
    return {*secrets.values(), *of_keys}


def test_no_log_tells_a_secret(spoken: set[str], platform: Platform) -> None:
    words = map(re.escape, {PASSWORD, *spoken, *kept(platform)})
    secret = re.compile("|".join([*words, JWT, BCRYPT, PRIVATE_KEY]))
    leaked = [(name, line) for name, line in lines(platform) if secret.search(line)]
    assert leaked == []


@pytest.mark.usefixtures("spoken")
def test_no_log_tells_an_address(platform: Platform) -> None:
    leaked = [
        (name, line)
        for name, line in lines(platform)
        if set(re.findall(ADDRESS, line)) - {SENDER}
        and not name.startswith(DUMPS_WHAT_IT_HELD)
    ]
    assert leaked == []
