"""Security events are logged with ids and without personal data."""

from typing import Any

import httpx
import pytest

from chassis import Database
from tests.factories import (
    PASSWORD,
    Account,
    keep_failures_recent,
    log_in,
    register,
    sign_up,
)

PERSONAL = ("lovelace", "Lovelace", PASSWORD, "battery staple", "127.0.0.1")


def logged_events(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    lines = [record.msg for record in caplog.records]
    return [line for line in lines if isinstance(line, dict)]


async def test_security_events_are_logged_with_ids_only(
    client: httpx.AsyncClient,
    database: Database,
    admin: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await sign_up(client, username="lovelace", full_name="Ada Lovelace")
    await log_in(client, "lovelace", "wrong")
    path = f"/users/{ada.user['id']}"
    await client.put(path, json={"role": "admin"}, headers=admin.headers)
    await client.put(
        "/me/password",
        json={"current_password": PASSWORD, "new_password": "battery staple"},
        headers=ada.headers,
    )
    await client.put(path, json={"is_active": False}, headers=admin.headers)
    for _ in range(10):
        await log_in(client, "unknown", "wrong")
    await keep_failures_recent(database)
    await log_in(client, "unknown", "wrong")

    lines = logged_events(caplog)
    names = {line["event"] for line in lines}
    assert names >= {
        "user_registered",
        "user_logged_in",
        "login_failed",
        "user_role_changed",
        "password_changed",
        "session_revoked",
        "user_activation_changed",
        "password_check_throttled",
    }
    security = [line for line in lines if line["event"] != "request"]
    assert [word for word in PERSONAL if word in str(security)] == []


async def test_erasure_is_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await sign_up(client)

    await client.delete("/me", headers=ada.headers)

    lines = logged_events(caplog)
    [line] = [line for line in lines if line["event"] == "user_erased"]
    assert line["user_id"] == ada.user["id"]


async def test_registration_is_logged_with_role(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    user = (await register(client)).json()

    lines = logged_events(caplog)
    [line] = [line for line in lines if line["event"] == "user_registered"]
    assert (line["user_id"], line["role"]) == (user["id"], "customer")
