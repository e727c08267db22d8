"""Requests of a browser about its session, and the cookie of the answers."""

import httpx

from tests.user_service import PASSWORD

SESSION = "/api/v1/auth/session"
PLAIN, SECURE = "pannier-refresh", "__Host-pannier-refresh"


async def log_in(
    browser: httpx.AsyncClient, username: str, password: str = PASSWORD
) -> httpx.Response:
    body = {"username": username, "password": password}
    return await browser.post(SESSION, json=body)


def cookie(response: httpx.Response) -> tuple[str, str, set[str]]:
    """Returns name, value and attributes of the only cookie that is set."""
    [header] = response.headers.get_list("set-cookie")
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    return name, value, set(attributes)
