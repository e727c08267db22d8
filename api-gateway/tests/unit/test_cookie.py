"""The refresh cookie: its flags follow from the configured address."""

from datetime import timedelta

import pytest
from fastapi import Request
from pydantic import ValidationError

from app.config.settings import GatewaySettings
from app.sessions.cookie import RefreshCookie, without_refresh_token


@pytest.mark.parametrize(
    ("url", "is_secure"),
    [
        ("https://shop.example", True),
        ("https://localhost:9443", True),
        ("http://localhost:9000", False),
        ("http://127.0.0.1:9000", False),
        ("http://[::1]:9000", False),
    ],
)
def test_cookie_is_secure_exactly_at_https(url: str, is_secure: bool) -> None:
    settings = GatewaySettings(public_url=url)

    cookie = RefreshCookie.for_address(settings.public_url, timedelta(days=30))

    assert cookie.is_secure == is_secure
    assert cookie.name.startswith("__Host-") == is_secure
    assert cookie.path == ("/" if is_secure else "/api")


@pytest.mark.parametrize(
    "url", ["http://shop.example", "http://localhost.shop.example", "http://10.0.0.1"]
)
def test_plain_http_is_refused_elsewhere(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        GatewaySettings(public_url=url)


@pytest.mark.parametrize(
    ("cookies", "kept"),
    [
        (b"pannier-refresh=secret", None),
        (b"__Host-pannier-refresh=secret", None),
        (b"a=1; pannier-refresh=secret; b=2", b"a=1; b=2"),
        (b"a=1;__Host-pannier-refresh=secret", b"a=1"),
        (b" pannier-refresh =secret;a=1", b"a=1"),
        (b"pannier-refresh=one; pannier-refresh=two", None),
        (b"pannier-refresh", None),
        (b'a="x=y"; b', b'a="x=y"; b'),
        (b"my-pannier-refresh=1", b"my-pannier-refresh=1"),
        (b"", None),
    ],
)
def test_services_get_no_refresh_token(cookies: bytes, kept: bytes | None) -> None:
    assert without_refresh_token(cookies) == kept


@pytest.mark.parametrize(
    ("headers", "tokens"),
    [
        ([b"pannier-refresh=one"], ["one"]),
        ([b'a=1; pannier-refresh="one"; b=2'], ["one"]),
        ([b"pannier-refresh=one; pannier-refresh=two"], ["one", "two"]),
        ([b"pannier-refresh=one", b"pannier-refresh=two"], ["one", "two"]),
        ([b"pannier-refresh=one; pannier-refresh=one"], ["one"]),
        ([b"pannier-refresh=a b; pannier-refresh=two"], ["two"]),
        ([b"; ".join(b"pannier-refresh=%d" % n for n in range(9))], list("0123")),
        ([b"__Host-pannier-refresh=one"], []),
        ([b"\xa0pannier-refresh=one"], []),
        ([b"\x1fpannier-refresh=one"], []),
        ([b"Pannier-Refresh=one"], []),
        ([b"pannier-refresh="], []),
        ([b"pannier-refresh"], []),
        ([], []),
    ],
)
def test_cookie_is_read_by_its_exact_name(
    headers: list[bytes], tokens: list[str]
) -> None:
    cookie = RefreshCookie.for_address("http://localhost:9000", timedelta(days=30))
    scope = {"type": "http", "headers": [(b"cookie", each) for each in headers]}

    assert cookie.read_all(Request(scope)) == tokens
    assert cookie.read(Request(scope)) == next(iter(tokens), None)
