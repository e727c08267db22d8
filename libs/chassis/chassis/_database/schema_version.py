"""The schema of a service's database, compared with that of the code."""

from pathlib import Path

import psycopg

from chassis._settings.loading import load_settings
from chassis._settings.settings import MigrationSettings

CONNECT_SECONDS = 5


def has_newest_schema() -> bool:
    """Returns whether the database is at the newest revision of this folder's service.

    Returns False also if the database cannot be asked; `migrate` then reports why.
    Alembic could find this out too, but importing it delays the start of a service.
    """
    url = load_settings(MigrationSettings).database_url.get_secret_value()
    try:
        with psycopg.connect(
            url.replace("+psycopg", ""), connect_timeout=CONNECT_SECONDS
        ) as connection:
            # PostgreSQL would log a query of a missing table as an error.
            table = connection.execute("SELECT to_regclass('alembic_version')")
            if table.fetchone() == (None,):
                return False
            found = connection.execute("SELECT version_num FROM alembic_version")
            return found.fetchall() == [(newest_revision(),)]
    except psycopg.Error:
        return False


def newest_revision() -> str:
    """Returns the number with which the name of the last revision's file begins."""
    newest = max(path.name for path in Path("alembic/versions").glob("*.py"))
    number, _, _ = newest.partition("_")
    return number
