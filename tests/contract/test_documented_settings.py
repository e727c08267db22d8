"""docs/DEVOPS_README.md documents every setting of every service."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from opentelemetry.sdk import environment_variables

from chassis import DatabaseSettings
from chassis._database.connection_limit import BESIDE_POOL, MARGIN
from tests.services import facts
from tools.local.layout import REPOSITORY
from tools.local.ports import GATEWAY, SERVICE_PORTS

PAGE = (REPOSITORY / "docs" / "DEVOPS_README.md").read_text()
OF_GATEWAY = PAGE.partition("### Settings of api-gateway\n")[2].partition("\n## ")[0]
ROW_OF_GATEWAY = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+) \| [^|]*\|$", re.MULTILINE)
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([a-z, ]+) \| (.+?) \| .*\|$", re.MULTILINE)
IN_START_SH = re.compile(r"\$\{([A-Z_]+):-([^}]+)\}")
SUPERUSERS_RESERVE = 3  # PostgreSQL's own default


class Setting(NamedTuple):
    name: str
    service: str
    default: str


def documented() -> Iterator[Setting]:
    for name, whose, default in ROW.findall(PAGE):
        for service in SERVICE_PORTS:
            if whose == "all" or service.removesuffix("-service") in whose.split(", "):
                yield Setting(name, service, default)


def in_the_settings_of(service: str) -> Iterator[Setting]:
    for name, default in facts(service)["settings"].items():
        yield Setting(name, service, shown(default))


def in_the_start_script(service: str) -> Iterator[Setting]:
    script = (REPOSITORY / "start.sh").read_text()
    for name, default in IN_START_SH.findall(script):
        every = "`8001` to `8004`" if name == "PORT" else f"`{default}`"
        yield Setting(name, service, every)


def shown(default: object) -> str:
    if default == "required":
        return "required"
    if default in (None, [], {}):
        return "none"
    return f"`{json.dumps(default)}`".replace('"', "")


@pytest.mark.parametrize("service", SERVICE_PORTS)
def test_settings_and_their_rows_match(service: str) -> None:
    rows = [row for row in documented() if row.service == service]
    for_the_sdk = {row for row in rows if row.name.startswith("OTEL_")}
    settings = {*in_the_settings_of(service), *in_the_start_script(service)}
    assert sorted(rows) == sorted(settings | for_the_sdk)
    assert all(hasattr(environment_variables, row.name) for row in for_the_sdk)


def test_settings_of_gateway_match_their_table() -> None:
    settings = facts(GATEWAY)["settings"]
    expected = {name: shown(default) for name, default in settings.items()}
    assert dict(ROW_OF_GATEWAY.findall(OF_GATEWAY)) == expected


def number(file: str, before: str) -> int:
    """The number that stands in the file after these words."""
    [found] = re.findall(rf"{before}(\d+)", (REPOSITORY / file).read_text())
    return int(found)


def test_sums_of_connections_are_correct() -> None:
    pool = DatabaseSettings.model_fields["database_pool_size"].default
    for count, file in (
        (4, "docker-compose.yml"),
        (len(SERVICE_PORTS), "tools/local/postgres_store.py"),
    ):
        there = number(file, "max_connections=")
        needed, allowed = (
            count * (pool + BESIDE_POOL),
            there - SUPERUSERS_RESERVE - MARGIN,
        )
        calculation = (
            f"{count} x ({pool} + {BESIDE_POOL}) = {needed}"
            f" of {there} - {SUPERUSERS_RESERVE} - {MARGIN} = {allowed}"
        )
        assert calculation in PAGE
        assert needed <= allowed
