"""A provider of the tests' own: a real HTTP server, keys, and tokens of any form."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk, jwt

from app.config.providers import OpenIdProvider

AUDIENCE, CLIENT_ID = "pannier", "pannier-web"
ACCESS, ID, LOGOUT = "at+jwt", "JWT", "logout+jwt"

_numbers = count(1)


class Provider:
    """Publishes keys at an address of its own, until it is stopped.

    Attributes:
        requests: the paths that were asked for.
        documents: what it publishes, by path.
        forms: what its token endpoint was sent, with the `Authorization` header.
        hangs: whether its token endpoint is silent.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.forms: list[dict[str, str | None]] = []
        self.hangs = False
        self._granted: dict[str, dict[str, str]] = {}
        self.documents: dict[str, Any] = {}
        self.keys: dict[str, Any] = {}
        self._server = self._listen(0)
        port = self._server.server_address[1]
        self.issuer = f"http://127.0.0.1:{port}/realms/shop"
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "end_session_endpoint": f"{self.issuer}/logout",
        }
        self.documents["/realms/shop/.well-known/openid-configuration"] = self.metadata
        self.rotate_to("one")

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        provider = cls()
        try:
            yield provider
        finally:
            provider.stop()

    def settings(self, **given: Any) -> OpenIdProvider:
        fields = {
            "name": "shop",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": "hunter2hunter2",
            "audience": AUDIENCE,
            "roles_claim": "realm_access.roles",
            "admin_values": ["shop-admin"],
        }
        return OpenIdProvider.model_validate({**fields, **given})

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def restart(self) -> None:
        self._server = self._listen(self._server.server_address[1])

    def rotate_to(self, *kids: str, algorithm: str = "RS256") -> None:
        """Publishes keys with these names, and signs with the last one."""
        known = {kid: make_key(kid, algorithm) for kid in kids}
        self.keys |= known
        self.publish(*(public(key, kid) for kid, key in known.items()))
        self._kid, self._algorithm = kids[-1], algorithm

    def publish(self, *keys: dict[str, Any]) -> None:
        self.documents["/realms/shop/keys"] = {"keys": list(keys)}

    def claims(self, **given: Any) -> dict[str, Any]:
        """Returns the claims of an access token; None removes one."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": f"subject-{next(_numbers)}",
            "sid": f"session-{next(_numbers)}",
            "iat": now,
            "exp": now + 300,
            "jti": f"token-{next(_numbers)}",
        }
        return {k: v for k, v in {**claims, **given}.items() if v is not None}

    def grant(self, nonce: str, access_token: str | None = None, **given: Any) -> str:
        """Returns a code, for which the client gets an ID token with these claims."""
        code = f"code-{next(_numbers)}"
        claims = self.claims(**{"aud": CLIENT_ID, "nonce": nonce, **given})
        id_token = self.sign(claims, {"typ": ID})
        self._granted[code] = {
            "id_token": id_token,
            "access_token": access_token or "opaque",
        }
        return code

    def _redeem(self, body: str, authorization: str | None) -> dict[str, str]:
        form = dict(parse_qsl(body))
        self.forms.append({**form, "authorization": authorization})
        return self._granted.pop(form["code"], {"error": "invalid_grant"})

    def token(self, header: dict[str, Any] | None = None, **given: Any) -> str:
        return self.sign(self.claims(**given), header)

    def sign(self, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
        headers = {"kid": self._kid, "typ": ACCESS, **(header or {})}
        key = self.keys[self._kid]
        token: str = jwt.encode(claims, key, self._algorithm, headers)
        return token

    def _listen(self, port: int) -> ThreadingHTTPServer:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.requests.append(self.path)
                status = 200 if self.path in provider.documents else 404
                self._answer(status, provider.documents.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if provider.hangs:
                    self.connection.recv(1)
                    return
                answer = provider._redeem(body, self.headers["Authorization"])
                self._answer(400 if "error" in answer else 200, answer)

            def _answer(self, status: int, document: Any) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keeps the output of the tests clean."""

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server


def public(key: Any, kid: str) -> dict[str, Any]:
    return {**key.public_key().to_dict(), "kid": kid, "use": "sig"}


@cache
def make_key(kid: str, algorithm: str) -> Any:
    # Once for all tests, because it takes a long time.
    private = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm.startswith("RS")
        else ec.generate_private_key(ec.SECP256R1())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return jwk.construct(pem, algorithm)
