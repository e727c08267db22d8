"""Settings as checked values: the environment is normalized or rejected.

Errors say what a value must be and never quote it, because it may contain a password.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from chassis._settings import store_urls, urls
from chassis._settings.hosts import HIGHEST_PORT, canonical_host

NUMBER = re.compile(r"[0-9]{1,18}")
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def split_list(value: Any) -> Any:
    """Reads a list that is separated by commas, or written as JSON."""
    if not isinstance(value, str):
        return value
    if value.strip().startswith("["):
        parts = read_json(value)
        if not all(isinstance(part, str) for part in parts):
            raise ValueError("must be a list of texts")
    else:
        parts = value.split(",")
    return [part for part in map(str.strip, parts) if part]


def read_json(value: Any) -> Any:
    """Reads JSON; its own errors would quote the text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError("must be valid JSON") from None


def read_whole_number(value: Any, least: int, most: int) -> int:
    """Reads a number in the digits 0 to 9, without a sign."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if NUMBER.fullmatch(text) else None
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"must be a whole number from {least} to {most}")
    return value


def whole_number(least: int, most: int) -> BeforeValidator:
    return BeforeValidator(partial(read_whole_number, least=least, most=most))


def one_of(*known: str) -> BeforeValidator:
    """Reads one of these words, in any case and with any blanks around it."""

    def read(value: Any) -> str:
        for word in known:
            if str(value).strip().lower() == word.lower():
                return word
        raise ValueError(f"must be one of {', '.join(known)}")

    return BeforeValidator(read)


def _flag(value: Any) -> bool:
    flag = FLAGS.get(str(value).strip().lower())
    if flag is None:
        raise ValueError("must be true or false")
    return flag


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


def _network(value: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError(
            "must be an IP address, or a network such as 10.0.0.0/8"
        ) from None


def _all_or_some(origins: tuple[str, ...]) -> tuple[str, ...]:
    if "*" in origins and len(set(origins)) > 1:
        raise ValueError("must be either * or a list of origins, not both")
    return tuple(dict.fromkeys(origins))


def _secret(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda given: SecretStr(check(given.get_secret_value())))


PrintableText = Annotated[str, AfterValidator(_printable)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Port = Annotated[int, whole_number(1, HIGHEST_PORT)]
Host = Annotated[str, AfterValidator(canonical_host)]
"""A host name or an address; an IPv6 address is without brackets."""

Origins = Annotated[
    tuple[Annotated[str, AfterValidator(urls.origin)], ...],
    NoDecode,
    BeforeValidator(split_list),
    AfterValidator(_all_or_some),
]
TrustedProxies = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)], ...],
    NoDecode,
    BeforeValidator(split_list),
]
"""The addresses and networks of proxies whose `X-Forwarded-For` is read."""

HttpUrl = Annotated[str, AfterValidator(urls.http_url)]
"""A URL of http or https, without a slash at its end."""

PublicUrl = Annotated[str, AfterValidator(urls.public_url)]
"""The URL that browsers know: https, but on localhost; without a slash at its end."""

DatabaseUrl = Annotated[
    SecretStr,
    _secret(store_urls.database_url),
    Field(examples=["postgresql://user:password@host:5432/name"]),
]
BrokerUrl = Annotated[SecretStr, _secret(store_urls.broker_url)]
CacheUrl = Annotated[SecretStr, _secret(store_urls.cache_url)]
