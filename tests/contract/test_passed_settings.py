"""A person can change the same settings in both modes."""

import re

import pytest

from tests.services import facts
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS
from tools.local.services import CHOSEN, PASSED_ON

EXAMPLE = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)
# `${NAME:-default}`; `-` instead of `:-` lets an empty value count.
IN_COMPOSE = re.compile(r"\$\{([A-Z_]+)(?::?-([^${}]*))?\}")
COMPOSE_FILES = ("docker-compose.yml", "observability/compose.yml")

OF_CONTAINERS = {"PYTHON_VERSION", "SECRETS_DIR", "CONTAINER_LOGS"}
OF_CONTAINERS |= {"COMPOSE_PROFILES"}
# Local mode stores mails in files, so that no demo sends mail to strangers.
OF_MAIL = {"MAIL_FROM", "SMTP_HOST", "SMTP_PASSWORD", "SMTP_PORT", "SMTP_STARTTLS"}
OF_MAIL |= {"SMTP_USER"}
ONCE = {"ADMIN_PASSWORD"}
# For tests: a low cost makes passwords weak.
ONLY_LOCAL = {"BCRYPT_COST"}
SHOWN = dict(EXAMPLE.findall((REPOSITORY / ".env.example").read_text()))


def read_by_compose() -> dict[str, set[str]]:
    """Returns the defaults of each name."""
    found: dict[str, set[str]] = {}
    for file in COMPOSE_FILES:
        for name, default in IN_COMPOSE.findall((REPOSITORY / file).read_text()):
            found.setdefault(name, set()).add(default)
    return found


def test_example_lists_what_compose_reads() -> None:
    assert sorted(SHOWN) == sorted(read_by_compose())


@pytest.mark.parametrize("name", SHOWN)
def test_default_of_example_is_that_of_compose(name: str) -> None:
    assert SHOWN[name] in read_by_compose()[name]


def test_local_mode_passes_settings_of_example_on() -> None:
    in_both = SHOWN.keys() - OF_CONTAINERS - OF_MAIL - ONCE
    by_name = {name for name in in_both if not name.startswith("OTEL_")}
    assert by_name == (PASSED_ON | CHOSEN) - ONLY_LOCAL


def test_limits_of_gateway_can_be_changed() -> None:
    limits = {n for n in facts("api-gateway")["settings"] if n.startswith("LIMIT_")}
    assert limits
    assert limits <= SHOWN.keys() & PASSED_ON


def test_passed_on_setting_is_one_of_a_service() -> None:
    settings = {name for service in PORTS for name in facts(service)["settings"]}
    assert settings | {"MIGRATE_ON_START"} >= PASSED_ON | CHOSEN
