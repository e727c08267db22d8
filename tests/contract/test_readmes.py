"""The READMEs name the settings, tables and public names correctly."""

import re

import pytest

import chassis
from tests.services import facts
from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

CHASSIS = REPOSITORY / "libs" / "chassis" / "README.md"
SETTING = re.compile(r"`([A-Z][A-Z0-9_]+)`")
NAME = re.compile(r"`(\w+)`")
OF_ALL = {name.upper() for name in chassis.BrokerSettings.model_fields}

each_service = pytest.mark.parametrize("service", SERVICE_PORTS)


def readme(service: str) -> str:
    return (REPOSITORY / service / "README.md").read_text()


def settings_in(text: str) -> set[str]:
    """Returns the settings in the first column of the tables."""
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in SETTING.findall(row[1])}


@each_service
def test_readme_names_exactly_the_settings_of_its_service(service: str) -> None:
    own = set(facts(service)["settings"]) - OF_ALL
    assert settings_in(readme(service)) <= own
    assert own <= set(SETTING.findall(readme(service)))


@each_service
def test_readme_names_the_tables_of_its_service(service: str) -> None:
    (row,) = re.findall(r"^\| Tables \| (.*) \|$", readme(service), re.MULTILINE)
    assert set(NAME.findall(row)) == set(facts(service)["tables"])


@each_service
def test_readme_names_background_work_of_its_service(service: str) -> None:
    (row,) = re.findall(r"^\| Background \| (.*) \|$", readme(service), re.MULTILINE)
    source = (REPOSITORY / service / "app" / "main.py").read_text()
    workers = re.findall(r"Worker\(\s*f?\"([\w-]+)", source)
    assert [worker for worker in workers if f"`{worker}" not in row] == []


def test_chassis_readme_names_all_public_names() -> None:
    table = CHASSIS.read_text().partition("\n## ")[0]
    rows = [line.split("|")[2] for line in table.splitlines() if line.startswith("| ")]
    assert {n for row in rows for n in NAME.findall(row)} == set(chassis.__all__)
