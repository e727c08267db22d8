"""The URLs of PostgreSQL, RabbitMQ and Redis, whose logins errors never quote."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis._settings.urls import NO_HOST_IN_URL, SHAPE, place, split

NOT_IN_LOGIN = re.compile(r"[@\[\]]|%(?![0-9A-Fa-f]{2})")
# This character belongs to a password that is not encoded.
NOT_AFTER_HOST = re.compile(r"[@#]")
# aiormq reads an invalid value as 0, and then sends no heartbeats.
NO_SECONDS = re.compile(r"[?&](heartbeat|timeout)=(?![0-9]{1,4}(&|$))")

BROKER_FILES = {"cafile", "certfile", "keyfile"}

NO_SOCKET = "/nonexistent"
REJECTED_PARAMETER = re.compile(
    r'(?:^invalid|option) "?(\w+)"?(?: value: |$)', re.MULTILINE
)

ENCODE = (
    "must have / ? # @ % [ ] in a user or a password percent-encoded"
    " (%2F %3F %23 %40 %25 %5B %5D)"
)


def database_url(text: str) -> str:
    url = _url_with_login(text, ("postgresql", "postgresql+psycopg"))
    try:
        facts = conninfo_to_dict(f"postgresql://{url.partition('://')[2]}")
    except psycopg.Error:
        raise ValueError("must have parameters that PostgreSQL knows") from None
    # The folder of a socket is a parameter.
    if not facts.get("host"):
        raise ValueError(NO_HOST_IN_URL)
    if not facts.get("dbname"):
        raise ValueError("must name a database")
    _check_parameters(facts)
    return url


def _check_parameters(facts: dict[str, Any]) -> None:
    """Lets libpq check the parameters by connecting to a missing socket."""
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
    for option, file in parse_qsl(urlsplit(url).query):
        if option in BROKER_FILES and not Path(file).is_file():
            raise ValueError(f"must have as {option} a file that exists")
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
    scheme, authority, tail = split(text, schemes)
    login, at, where = authority.rpartition("@")
    if NOT_IN_LOGIN.search(login) or NOT_AFTER_HOST.search(tail):
        raise ValueError(ENCODE)
    return f"{scheme}://{login}{at}{where and place(where)}{tail}"


def _has_host(url: str) -> bool:
    return SHAPE.sub(r"\2", url).rpartition("@")[2] != ""
