"""A service finds out without Alembic whether its database needs a migration."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chassis._database.schema_version import has_newest_schema, newest_revision
from chassis.testing import temporary_database


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A database without tables, and the folder of a service with two revisions."""
    versions = tmp_path / "alembic" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_things.py").touch()
    (versions / "0002_more_things.py").touch()
    with temporary_database() as url:
        # Afterwards, because the stores are found by way of the current folder.
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", url)
        yield url.replace("+psycopg", "")


def record(url: str, *revisions: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32))")
        for revision in revisions:
            connection.execute("INSERT INTO alembic_version VALUES (%s)", [revision])


def test_newest_revision_is_the_last_file(database: str) -> None:
    assert newest_revision() == "0002"


def test_database_at_newest_revision_needs_no_migration(database: str) -> None:
    record(database, "0002")
    assert has_newest_schema()


@pytest.mark.parametrize("revisions", [[], ["0001"], ["0003"], ["0001", "0002"]])
def test_database_at_another_revision_is_migrated(
    database: str, revisions: list[str]
) -> None:
    record(database, *revisions)
    assert not has_newest_schema()


def test_empty_database_is_migrated(database: str) -> None:
    assert not has_newest_schema()


def test_unreachable_database_is_left_to_the_migration(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/things")
    assert not has_newest_schema()
