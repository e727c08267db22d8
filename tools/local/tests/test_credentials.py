import hashlib
import json
from pathlib import Path

import pytest

from tools.local import credentials
from tools.local.errors import PasswordRefused, SecretsMissing
from tools.local.services import admin_username

PRODUCTION = {"ENVIRONMENT": "production"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


def test_secrets_are_generated_once(file: Path) -> None:
    first = credentials.keep(file, {})
    second = credentials.keep(file, {})

    assert first.values == second.values
    assert first.values.keys() == set(credentials.NAMES)


def test_secrets_are_unreadable_to_others(file: Path, tmp_path: Path) -> None:
    credentials.keep(file, {})
    credentials.keep_signing_key(tmp_path / "keys", {})
    (key,) = (tmp_path / "keys").iterdir()

    assert [path.stat().st_mode & 0o077 for path in (file, key, key.parent)] == [0] * 3


def test_secret_of_newer_version_joins_kept_secrets(file: Path) -> None:
    file.write_text(json.dumps({"redis": "as it was"}))

    kept = credentials.keep(file, {})

    assert kept["redis"] == "as it was"
    assert len(kept["rabbitmq"]) >= 32


@pytest.mark.parametrize("word", ["production", " production ", "Production"])
def test_production_refuses_to_make_secrets_up(file: Path, word: str) -> None:
    with pytest.raises(SecretsMissing, match="postgres"):
        credentials.keep(file, {"ENVIRONMENT": word})

    assert not file.exists()


def test_production_refuses_to_make_a_signing_key_up(tmp_path: Path) -> None:
    with pytest.raises(SecretsMissing, match="signing key"):
        credentials.keep_signing_key(tmp_path / "keys", PRODUCTION)


def test_production_takes_the_secrets_that_are_there(file: Path) -> None:
    kept = credentials.keep(file, {})

    assert credentials.keep(file, PRODUCTION).values == kept.values


@pytest.mark.parametrize("later", [{}, {"ADMIN_PASSWORD": "another"}])
def test_administrators_password_is_that_of_first_start(
    file: Path, later: dict[str, str]
) -> None:
    credentials.keep(file, {"ADMIN_PASSWORD": "given once"})

    assert credentials.keep(file, later)[credentials.ADMIN] == "given once"


@pytest.mark.parametrize("password", ["admin", "1234567", "ü" * 37])
def test_password_of_wrong_length_is_not_kept(file: Path, password: str) -> None:
    with pytest.raises(PasswordRefused, match="ADMIN_PASSWORD must have 8 characters"):
        credentials.keep(file, {"ADMIN_PASSWORD": password})

    kept = credentials.keep(file, {"ADMIN_PASSWORD": "correct horse"})
    assert kept[credentials.ADMIN] == "correct horse"


def test_blank_password_of_administrator_is_generated(file: Path) -> None:
    kept = credentials.keep(file, {"ADMIN_PASSWORD": "  "})

    assert len(kept[credentials.ADMIN]) >= 32


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "admin"),
        ({"ADMIN_USERNAME": " "}, "admin"),
        ({"ADMIN_USERNAME": "ada "}, "ada"),
    ],
)
def test_administrator_is_called_admin_by_default(
    given: dict[str, str], name: str
) -> None:
    assert admin_username(given) == name


def test_second_signing_key_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "rotated.pem").write_text("a key of the operator's")

    credentials.keep_signing_key(tmp_path, {})

    assert [path.name for path in tmp_path.iterdir()] == ["rotated.pem"]


def test_user_service_learns_digests_and_no_secrets(file: Path) -> None:
    kept = credentials.keep(file, {})

    digest = kept.client_digests()["order-service"]

    assert digest == hashlib.sha256(kept.client("order-service").encode()).hexdigest()
