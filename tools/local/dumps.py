"""One database, into a file and back."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tools.local.errors import PlatformError
from tools.local.installed import postgres_directory
from tools.local.postgres_store import Postgres, database_of, role_of

# The extensions are the superuser's, and so are comments on them.
RESTORE = ("--exit-on-error", "--no-owner", "--no-comments", "--single-transaction")


@dataclass(frozen=True)
class Dumps:
    postgres: Postgres

    def write(self, service: str, file: Path) -> None:
        url = self._url(database_of(service))
        _run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={url}")

    def drop(self, service: str) -> None:
        """Deletes the database, even if it is in use."""
        database = sql.Identifier(database_of(service))
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database)
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(drop)

    def read(self, service: str, file: Path) -> None:
        """Fills the database, which is there and empty."""
        url = self._url(database_of(service))
        role = f"--role={role_of(service)}"
        _run("pg_restore", *RESTORE, role, f"--dbname={url}", str(file))

    def send_again(self, service: str) -> None:
        """Has all events sent once more that the service still has."""
        with psycopg.connect(self._url(database_of(service))) as connection:
            if connection.execute("SELECT to_regclass('outbox')").fetchone() != (None,):
                connection.execute("UPDATE outbox SET sent_at = NULL")

    def _url(self, database: str) -> str:
        server, _, _ = self.postgres.superuser_url().rpartition("/")
        return f"{server.replace('+psycopg', '')}/{database}"


def _run(program: str, *arguments: str) -> None:
    outcome = subprocess.run(  # noqa: S603 -- every word is our own
        [postgres_directory() / program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        # A dump has the personal data of every customer.
        umask=0o077,
    )
    if outcome.returncode != 0:
        raise PlatformError(f"{program} failed: {outcome.stderr}")
