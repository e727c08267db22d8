"""A service that cannot start says why, and changes nothing before that."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app.config.settings import UserSettings
from chassis.testing import temporary_database
from tests.factories import write_signing_key

SERVICE = Path(__file__).parents[2]


def started(
    settings: UserSettings, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The end of a service that is refused its start."""
    programs = Path(sys.executable).parent
    return subprocess.run(
        ["../start.sh", "user-service"],
        cwd=SERVICE,
        env={
            "PATH": f"{programs}{os.pathsep}{os.defpath}",
            "HOST": "localhost",
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "RABBITMQ_URL": settings.broker_url,
            "SIGNING_KEYS_DIR": str(settings.signing_keys_dir),
        }
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def free_port(unused_tcp_port: int) -> str:
    return str(unused_tcp_port)


def test_wrong_setting_is_refused_before_migration(
    settings: UserSettings, free_port: str
) -> None:
    with temporary_database() as url:
        process = started(settings, PORT=free_port, DATABASE_URL=url, BCRYPT_COST="40")
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            tables = connection.execute(
                "SELECT FROM pg_tables WHERE schemaname='public'"
            )
            assert tables.rowcount == 0
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == (
        "error: BCRYPT_COST: must be a whole number from 4 to 16, such as 12\n"
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://u:hunter2@127.0.0.1:1/d", "Connection refused"),
        ("postgresql://u:hunter2@nowhere.invalid/d", "nowhere.invalid"),
    ],
)
def test_unreachable_database_is_named_without_traceback(
    settings: UserSettings, free_port: str, url: str, reason: str
) -> None:
    process = started(settings, PORT=free_port, DATABASE_URL=url)
    assert process.returncode == 1
    [sentence] = process.stderr.splitlines()
    assert sentence.startswith("error: DATABASE_URL: ")
    assert reason in sentence
    assert "hunter2" not in process.stderr + process.stdout
    assert "Traceback" not in process.stdout


def test_database_of_newer_release_is_named_without_traceback(
    settings: UserSettings, free_port: str
) -> None:
    with temporary_database() as url:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(
                "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)"
            )
            connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        process = started(settings, PORT=free_port, DATABASE_URL=url)
    assert process.returncode == 1
    [sentence] = process.stderr.splitlines()
    assert "Can't locate revision identified by '9999'" in sentence
    assert "MIGRATE_ON_START=false" in sentence
    assert "Traceback" not in process.stdout


@pytest.mark.parametrize("content", ["none", "nonsense", "short key", "folder"])
def test_unusable_signing_key_is_named_without_traceback(
    settings: UserSettings, free_port: str, content: str, tmp_path: Path
) -> None:
    key = tmp_path / "2026-01.pem"
    match content:
        case "nonsense":
            key.write_text("-----BEGIN PRIVATE KEY-----")
        case "short key":
            write_signing_key(key, bits=1024)
        case "folder":
            key.mkdir()
    process = started(settings, PORT=free_port, SIGNING_KEYS_DIR=str(tmp_path))
    assert process.returncode not in (0, None)
    [sentence] = process.stderr.splitlines()
    assert sentence.startswith("error: SIGNING_KEYS_DIR: ")
    assert str(tmp_path) in sentence
    assert "Traceback" not in process.stdout
