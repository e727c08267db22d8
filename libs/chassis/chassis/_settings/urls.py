"""The URLs of settings in their one spelling; errors never quote the value."""

import re
from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis._settings.hosts import HIGHEST_PORT, canonical_host, in_url

DEFAULT_PORTS = {"http": 80, "https": 443}

SHAPE = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)(.*)", re.IGNORECASE)
PLACE = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?")
BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
NOT_IN_LOGIN = re.compile(r"[@\[\]]|%(?![0-9A-Fa-f]{2})")
# It belongs to a password that is not encoded.
NOT_AFTER_HOST = re.compile(r"[@#]")
# RFC 3986, 3.3.
PATH = re.compile(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*")

# aiormq takes for 0 what it cannot read, and does without heartbeats.
NO_SECONDS = re.compile(r"[?&](heartbeat|timeout)=(?![0-9]{1,4}(&|$))")

NO_SOCKET = "/nonexistent"
REJECTED_PARAMETER = re.compile(
    r'(?:^invalid|option) "?(\w+)"?(?: value: |$)', re.MULTILINE
)

NO_HOST_IN_URL = "must name a host (an IPv6 address in brackets)"
ENCODE = (
    "must have / ? # @ % [ ] in a user or a password percent-encoded"
    " (%2F %3F %23 %40 %25 %5B %5D)"
)


def http_url(text: str) -> str:
    """A URL of http or https, without a slash at its end."""
    scheme, authority, tail = _split(text, DEFAULT_PORTS)
    if "@" in authority or "?" in tail or "#" in tail:
        raise ValueError("must be a URL without a user, a query or a fragment")
    if not PATH.fullmatch(tail):
        raise ValueError("must be a URL whose path is percent-encoded")
    return f"{scheme}://{_place(authority, DEFAULT_PORTS[scheme])}{tail.rstrip('/')}"


def origin(text: str) -> str:
    """An origin as browsers write it (RFC 6454, 6.2), or `*`."""
    if text.strip() == "*":
        return "*"
    scheme, authority, tail = _split(text, DEFAULT_PORTS)
    if "@" in authority or tail not in ("", "/"):
        raise ValueError("must be an origin: a scheme, a host and perhaps a port")
    if "*" in authority:
        raise ValueError("must name each host in full, without *")
    return f"{scheme}://{_place(authority, DEFAULT_PORTS[scheme])}"


def database_url(text: str) -> str:
    url = _url_with_login(text, ("postgresql", "postgresql+psycopg"))
    try:
        facts = conninfo_to_dict(f"postgresql://{url.partition('://')[2]}")
    except psycopg.Error:
        raise ValueError("must have parameters that PostgreSQL knows") from None
    # A socket's folder stands among the parameters.
    if not facts.get("host"):
        raise ValueError(NO_HOST_IN_URL)
    if not facts.get("dbname"):
        raise ValueError("must name a database")
    _check_parameters(facts)
    return url


def _check_parameters(facts: dict[str, Any]) -> None:
    """Has libpq check them, as it does before it connects: to a missing socket here."""
    hosts = ",".join([NO_SOCKET] * len(str(facts["host"]).split(",")))
    offline = make_conninfo(**{**facts, "host": hosts, "hostaddr": None})
    attempt = pq.PGconn.connect_start(offline.encode())
    problem = attempt.error_message.decode(errors="replace")
    attempt.finish()
    if NO_SOCKET not in problem:
        name = REJECTED_PARAMETER.search(problem)
        what = f"{name[1]} with a value" if name else "parameters"
        raise ValueError(f"must have {what} that PostgreSQL knows")


def broker_url(text: str) -> str:
    url = _url_with_login(text, ("amqp", "amqps"))
    if not _has_host(url):
        raise ValueError(NO_HOST_IN_URL)
    if NO_SECONDS.search(url):
        raise ValueError("must have heartbeat and timeout in whole seconds")
    return url


def cache_url(text: str) -> str:
    url = _url_with_login(text, ("redis", "rediss", "unix"))
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    if url.startswith("unix:"):
        if not path:
            raise ValueError("must name the file of a socket")
    elif not _has_host(url):
        raise ValueError(NO_HOST_IN_URL)
    elif not re.fullmatch("[0-9]*", path):
        raise ValueError("must name its database by a number")
    return url


def _url_with_login(text: str, schemes: Collection[str]) -> str:
    scheme, authority, tail = _split(text, schemes)
    login, at, place = authority.rpartition("@")
    if NOT_IN_LOGIN.search(login) or NOT_AFTER_HOST.search(tail):
        raise ValueError(ENCODE)
    return f"{scheme}://{login}{at}{place and _place(place)}{tail}"


def _has_host(url: str) -> bool:
    return SHAPE.sub(r"\2", url).rpartition("@")[2] != ""


def _split(text: str, schemes: Collection[str]) -> tuple[str, str, str]:
    """The scheme, the authority, and all that follows."""
    text = text.strip()
    if BLANK.search(text):
        raise ValueError("must be a URL without blanks and control characters")
    parts = SHAPE.fullmatch(text)
    if parts is None or parts[1].lower() not in schemes:
        known = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ValueError(f"must be a URL that begins with {known}")
    return parts[1].lower(), parts[2], parts[3]


def _place(text: str, usual_port: int | None = None) -> str:
    """The host and the port, unless that is the usual one."""
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
