"""In production, containers publish the port of the gateway and no other."""

import re
from typing import Any

import yaml

from tools.local.layout import REPOSITORY
from tools.local.ports import GATEWAY, PORTS

DEVELOPMENT = ("docker-compose.yml", "observability/compose.yml")
PRODUCTION = "docker-compose.production.yml"
# Compose's own tag, which removes what the files before have.
IS_RESET = re.compile(r"!reset \[\]$", re.MULTILINE)
RESET = "reset"


def parts(*files: str) -> dict[str, dict[str, Any]]:
    loaded = (
        yaml.safe_load(IS_RESET.sub(RESET, (REPOSITORY / file).read_text()))
        for file in files
    )
    return {name: part for each in loaded for name, part in each["services"].items()}


def published(part: dict[str, Any]) -> list[str]:
    return list(part.get("ports", ()))


def test_development_publishes_each_service_on_loopback() -> None:
    development = parts(*DEVELOPMENT)
    for name, port in PORTS.items():
        assert published(development[name]) == [f"127.0.0.1:{port}:{port}"]


def test_production_publishes_gateway_only() -> None:
    production = parts(PRODUCTION)
    open_ports = {name for name, part in parts(*DEVELOPMENT).items() if published(part)}
    closed = {name for name, part in production.items() if part.get("ports") == RESET}
    assert open_ports - closed == {GATEWAY}


def test_production_adds_nothing_but_its_environment() -> None:
    for name, part in parts(PRODUCTION).items():
        assert name in parts(*DEVELOPMENT)
        assert part.keys() <= {"ports", "environment"}
        assert part.get("environment", {}).keys() <= {"ENVIRONMENT"}


def test_production_is_the_default_of_each_part_with_an_environment() -> None:
    production = parts(PRODUCTION)
    with_environment = {
        name
        for name, part in parts(*DEVELOPMENT).items()
        if "ENVIRONMENT" in part.get("environment", ())
    }
    assert {*PORTS, "secrets"} == with_environment
    for name in with_environment:
        given = production[name]["environment"]["ENVIRONMENT"]
        assert given == "${ENVIRONMENT:-production}"
