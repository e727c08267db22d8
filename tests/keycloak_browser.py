"""A browser before the pages of a real Keycloak."""

import base64
import hashlib
import html
import re
import secrets
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx

from tests.keycloak import CLIENT, SECONDS, Keycloak


class Browser:
    """A person at Keycloak's pages.

    Keycloak's cookies are for HTTPS and, in browsers, for localhost; httpx would not
    send them over HTTP, so this does.
    """

    def __init__(self, keycloak: Keycloak) -> None:
        self._keycloak = keycloak
        self.path = f"{keycloak.issuer}/protocol/openid-connect"
        self._callback = f"{keycloak.shop_url}/api/v1/auth/oidc/callback"
        self._cookies: dict[str, str] = {}
        self._client = httpx.Client(timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def log_in(self, username: str, password: str) -> dict[str, Any]:
        """Returns the response of the token endpoint."""
        verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(verifier.encode()).digest()
        parameters = urlencode(
            {
                "client_id": CLIENT,
                "response_type": "code",
                "scope": "openid",
                "redirect_uri": self._callback,
                "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                "code_challenge_method": "S256",
            }
        )
        back = self.sign_in(f"{self.path}/auth?{parameters}", username, password)
        [code] = parse_qs(urlsplit(back).query)["code"]
        granted = self._client.post(
            f"{self.path}/token",
            auth=(CLIENT, self._keycloak.client_secret),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._callback,
                "code_verifier": verifier,
            },
        )
        assert granted.status_code == 200, granted.text
        tokens: dict[str, Any] = granted.json()
        return tokens

    def sign_in(self, url: str, username: str, password: str) -> str:
        """Fills in Keycloak's page, and returns where Keycloak sends the browser."""
        page = self._send("GET", url)
        form = {"username": username, "password": password}
        sent = self._send("POST", _action(page), data=form)
        return sent.headers["Location"]

    def confirm_log_out(self, url: str) -> str:
        """Confirms a log-out, and returns where Keycloak sends the browser."""
        page = self._send("GET", url)
        [code] = re.findall(r'name="session_code" value="([^"]+)"', page.text)
        form = {"session_code": code, "confirmLogout": "Logout"}
        return self._send("POST", _action(page), data=form).headers["Location"]

    def log_out(self, id_token: str) -> None:
        ended = self._send(
            "GET", f"{self.path}/logout", params={"id_token_hint": id_token}
        )
        assert ended.status_code == 200, ended.text

    def _send(self, method: str, url: str, **request: Any) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        response = self._client.request(
            method, url, headers={"Cookie": cookies}, **request
        )
        for cookie in response.headers.get_list("Set-Cookie"):
            name, _, value = cookie.partition("=")
            self._cookies[name] = value.partition(";")[0]
        return response


def _action(page: httpx.Response) -> str:
    """Returns where the form of a page is sent."""
    [action] = re.findall(r'action="([^"]+)"', page.text)
    return urljoin(str(page.url), html.unescape(action))
