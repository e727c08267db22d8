"""Settings as checked values: what the environment says is normalised, or refused.

Errors name no value, as it may have a password in it.
"""

import json
from collections.abc import Callable, Collection
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import idna
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

DEFAULT_PORTS = {"http": 80, "https": 443}
HTTP = frozenset(DEFAULT_PORTS)


def split_list(value: object) -> object:
    """Reads a list that is separated by commas, or written as JSON."""
    if not isinstance(value, str):
        return value
    if value.strip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("is not a list: separate its parts by commas") from None
    return [part for part in map(str.strip, value.split(",")) if part]


def _parts(text: str, schemes: Collection[str]) -> SplitResult:
    known = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
    complaint = ValueError(f"must be a URL that begins with {known}")
    try:
        parts = urlsplit(text.strip())
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise complaint from None
    if parts.scheme not in schemes or "://" not in text or not has_port:
        raise complaint
    return parts


def _authority(parts: SplitResult) -> str:
    if not parts.hostname:
        raise ValueError("must be a URL that names a host")
    host = parts.hostname
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("must name a host of the internet") from None
    name = f"[{name}]" if ":" in name else name
    is_usual = parts.port in (None, DEFAULT_PORTS.get(parts.scheme))
    return name if is_usual else f"{name}:{parts.port}"


def _origin(text: str) -> str:
    """An origin as browsers write it (RFC 6454, 6.2)."""
    if text.strip() == "*":
        return "*"
    parts = _parts(text, HTTP)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an origin, such as https://shop.example, and no more")
    return f"{parts.scheme}://{_authority(parts)}"


def _http_url(text: str) -> str:
    parts = _parts(text, HTTP)
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be a URL without a user, a query or a fragment")
    return f"{parts.scheme}://{_authority(parts)}{parts.path.rstrip('/')}"


def _secret_url(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    def check(secret: SecretStr) -> SecretStr:
        url = secret.get_secret_value().strip()
        _parts(url, schemes)
        return SecretStr(url)

    return check


Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_origin)], ...],
    NoDecode,
    BeforeValidator(split_list),
]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""A URL of http or https, without a slash at its end."""

Port = Annotated[int, Field(ge=1, le=65535)]
DatabaseUrl = Annotated[
    SecretStr, AfterValidator(_secret_url("postgresql", "postgresql+psycopg"))
]
BrokerUrl = Annotated[SecretStr, AfterValidator(_secret_url("amqp", "amqps"))]
CacheUrl = Annotated[SecretStr, AfterValidator(_secret_url("redis", "rediss", "unix"))]
