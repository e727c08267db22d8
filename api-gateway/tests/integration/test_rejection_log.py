"""Operators see in the log why the gateway rejects an access token."""

import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.tokens import KEY, bearer

ORDERS = "/api/v1/orders"


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines: list[dict[str, Any]] = [
        record.msg for record in caplog.records if isinstance(record.msg, dict)
    ]
    return [line["reason"] for line in lines if line["event"] == "token_rejected"]


async def test_reason_of_rejection_is_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    token = KEY.token(aud="another")
    await client.get(ORDERS, headers=bearer(token))
    assert reasons(caplog) == ["Invalid audience"]
    assert token not in caplog.text


async def test_expiry_of_known_token_is_logged(
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = bearer(KEY.token(exp=int(time.time()) + 900))
    await client.get(ORDERS, headers=headers)
    later = SimpleNamespace(time=lambda: time.time() + 3_600)
    monkeypatch.setattr("app.tokens.access_tokens.time", later)
    await client.get(ORDERS, headers=headers)
    assert reasons(caplog) == ["Signature has expired."]
