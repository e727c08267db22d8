"""The log says why a log-in at a provider failed, or gave no role."""

from typing import Any

import httpx
import pytest

from chassis import Database
from tests.openid_provider import Provider
from tests.provider_browser import BegunLogin, begin, come_back


def lines_of(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    lines = [record.msg for record in caplog.records]
    return [each for each in lines if isinstance(each, dict) and each["event"] == event]


async def test_log_says_that_account_is_inactive(
    client: httpx.AsyncClient,
    database: Database,
    provider: Provider,
    begun: BegunLogin,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = provider.grant(begun.sent["nonce"], sub="kate")
    assert (await come_back(client, begun, code=first)).status_code == 200
    async with database.transaction() as session:
        rows = await session.connection()
        await rows.exec_driver_sql("UPDATE users SET is_active = false")
    again = await begin(client)
    code = provider.grant(again.sent["nonce"], sub="kate")

    response = await come_back(client, again, code=code)

    assert response.json()["code"] == "login_denied"
    [line] = lines_of(caplog, "provider_login_failed")
    assert line["reason"] == "the account is not active"


@pytest.mark.parametrize(
    ("claims", "reasons"),
    [
        ({"aud": "pannier"}, []),
        ({"aud": "account"}, ["Invalid audience"]),
        ({"nonce": "n"}, ["the token is not an access token"]),
        ({"exp": "soon"}, ["Expiration Time claim (exp) must be an integer."]),
    ],
)
async def test_log_says_why_access_token_is_ignored(
    client: httpx.AsyncClient,
    provider: Provider,
    begun: BegunLogin,
    caplog: pytest.LogCaptureFixture,
    claims: dict[str, Any],
    reasons: list[str],
) -> None:
    token = provider.token(sub="kate", **claims)
    code = provider.grant(begun.sent["nonce"], token, sub="kate")

    assert (await come_back(client, begun, code=code)).status_code == 200

    lines = lines_of(caplog, "provider_access_token_ignored")
    assert [line["reason"] for line in lines] == reasons
    assert {line["provider"] for line in lines} <= {"shop"}
