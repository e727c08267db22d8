"""URLs of settings in their one spelling; errors never quote the value."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from chassis._settings.hosts import HIGHEST_PORT, canonical_host, in_url

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
DEFAULT_PORTS = {"http": 80, "https": 443}

SHAPE = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)(.*)", re.IGNORECASE)
PLACE = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?")
BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
# RFC 3986, 3.3.
PATH = re.compile(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*")

NO_HOST_IN_URL = "must name a host (an IPv6 address in brackets)"


def http_url(text: str) -> str:
    """A URL of http or https, without a slash at its end."""
    scheme, authority, tail = split(text, DEFAULT_PORTS)
    if "@" in authority or "?" in tail or "#" in tail:
        raise ValueError("must be a URL without a user, a query or a fragment")
    if not PATH.fullmatch(tail):
        raise ValueError("must be a URL whose path is percent-encoded")
    return f"{scheme}://{place(authority, DEFAULT_PORTS[scheme])}{tail.rstrip('/')}"


def public_url(text: str) -> str:
    """A URL that browsers know, without a slash at its end."""
    url = http_url(text)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("must begin with https://, except on localhost")
    return url


def origin(text: str) -> str:
    """An origin as browsers write it (RFC 6454, 6.2), or `*`."""
    if text.strip() == "*":
        return "*"
    scheme, authority, tail = split(text, DEFAULT_PORTS)
    if "@" in authority or tail not in ("", "/"):
        raise ValueError("must be an origin: a scheme, a host and perhaps a port")
    if "*" in authority:
        raise ValueError("must name each host in full, without *")
    return f"{scheme}://{place(authority, DEFAULT_PORTS[scheme])}"


def split(text: str, schemes: Collection[str]) -> tuple[str, str, str]:
    """Splits a URL into its scheme, its authority and the rest."""
    text = text.strip()
    if BLANK.search(text):
        raise ValueError("must be a URL without blanks and control characters")
    parts = SHAPE.fullmatch(text)
    if parts is None or parts[1].lower() not in schemes:
        known = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ValueError(f"must be a URL that begins with {known}")
    return parts[1].lower(), parts[2], parts[3]


def place(text: str, usual_port: int | None = None) -> str:
    """Returns the host, and the port unless it is the default one."""
    parts = PLACE.fullmatch(text)
    if parts is None or not parts[1]:
        raise ValueError(NO_HOST_IN_URL)
    try:
        host = in_url(canonical_host(parts[1]))
    except ValueError:
        raise ValueError(NO_HOST_IN_URL) from None
    if not parts[2]:
        return host
    if (
        not re.fullmatch("[0-9]{1,5}", parts[2])
        or not 0 < int(parts[2]) <= HIGHEST_PORT
    ):
        raise ValueError(f"must name a port from 1 to {HIGHEST_PORT}")
    return host if int(parts[2]) == usual_port else f"{host}:{int(parts[2])}"
