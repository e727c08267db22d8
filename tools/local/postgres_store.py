"""The private PostgreSQL server: one database and one role per service."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tools.local.credentials import Secrets
from tools.local.errors import PlatformError
from tools.local.files import write_private
from tools.local.installed import postgres_directory
from tools.local.layout import Layout
from tools.local.ports import HOST, SERVICE_PORTS
from tools.local.postgres_lock import drop_stale_lock
from tools.local.processes import Mark
from tools.local.program import Program

Connection = psycopg.Connection[tuple[Any, ...]]

NAME = "postgres"
SUPERUSER = "postgres"


@dataclass(frozen=True)
class Postgres:
    layout: Layout
    port: int
    secrets: Secrets

    def url(self, service: str) -> str:
        role, password = role_of(service), self.secrets.database(service)
        return self._url(role, password, database_of(service))

    def superuser_url(self) -> str:
        return self._url(SUPERUSER, self.secrets[NAME], "postgres")

    def program(self) -> Program:
        return Program(
            name=NAME,
            group="stores",
            command=self.as_owner(
                [
                    postgres_directory(self._major_of_data()) / "postgres",
                    *("-D", self._data),
                    *("-c", f"listen_addresses={HOST}"),
                    *("-c", f"port={self.port}"),
                    *("-c", "unix_socket_directories="),
                    *("-c", "max_connections=200"),
                    # A broken rule is logged without the row that breaks it.
                    *("-c", "log_error_verbosity=terse"),
                ]
            ),
            directory=self.layout.root,
            ready=self.ready,
            prepare=self.prepare,
            # Fast shutdown: SIGTERM would wait for every client to leave.
            stop_signal="INT",
        )

    def prepare(self) -> None:
        """initdb beside the data directory, so that there is a whole one or none."""
        if self._data.exists():
            drop_stale_lock(self._data)
            return
        scratch = self.layout.data(f"{NAME}.new")
        password = self.layout.data(f"{NAME}.password")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        write_private(password, self.secrets[NAME])
        self._give(scratch)
        self._give(password)
        self._initialise(scratch, password)
        password.unlink()
        scratch.rename(self._data)

    def ready(self) -> bool:
        try:
            with self._connect("postgres") as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def provision(self) -> None:
        """Roles and databases; what is there already is left, but for passwords."""
        with self._connect("postgres") as connection:
            for service in SERVICE_PORTS:
                self._provision_service(connection, service)
        # Superuser's work on some versions, so not left to a migration.
        with self._connect(database_of("product-service")) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")

    def forgo_durability(self) -> None:
        """Lets commits not wait for the disk: the data would not survive a power loss.

        For the data of tests, so that a busy disk does not make a commit take seconds.
        """
        with self._connect("postgres") as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def _provision_service(self, connection: Connection, service: str) -> None:
        role, database = role_of(service), database_of(service)
        names = {"role": sql.Identifier(role), "database": sql.Identifier(database)}
        found = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        if not connection.execute(found, [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {role}").format(**names))
        connection.execute(
            sql.SQL("ALTER ROLE {role} LOGIN PASSWORD {password}").format(
                password=sql.Literal(self.secrets.database(service)), **names
            )
        )
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(found, [database]).fetchone():
            create = "CREATE DATABASE {database} OWNER {role}"
            connection.execute(sql.SQL(create).format(**names))
        revoke = "REVOKE ALL ON DATABASE {database} FROM PUBLIC"
        connection.execute(sql.SQL(revoke).format(**names))

    @property
    def _data(self) -> Path:
        return self.layout.data(NAME)

    def _major_of_data(self) -> int | None:
        version = self._data / "PG_VERSION"
        return int(version.read_text()) if version.exists() else None

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgresql+psycopg://{role}:{password}@{HOST}:{self.port}/{database}"

    def _connect(self, database: str) -> Connection:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self.secrets[NAME],
            dbname=database,
            connect_timeout=2,
            autocommit=True,
        )

    def _initialise(self, directory: Path, password: Path) -> None:
        command = self.as_owner(
            [
                postgres_directory() / "initdb",
                f"--pgdata={directory}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ]
        )
        outcome = subprocess.run(  # noqa: S603 -- every word is our own
            command,
            cwd=self.layout.root,
            env=os.environ | Mark.of(self.layout.root).environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode != 0:
            raise PlatformError(f"initdb failed: {outcome.stdout}{outcome.stderr}")

    def _give(self, path: Path) -> None:
        if owner := _owner():
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def as_owner(self, command: Sequence[str | Path]) -> list[str | Path]:
        """Returns the command that runs as the owner of the data."""
        owner = _owner()
        if owner is None:
            return list(command)
        prefix = [
            "setpriv",
            f"--reuid={owner.pw_uid}",
            f"--regid={owner.pw_gid}",
            "--init-groups",
        ]
        if not _open_to_all(self.layout.root):
            # A clone below /root, say, where that user cannot reach its own data.
            prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*prefix, *command]


def _owner() -> pwd.struct_passwd | None:
    """Returns the user to run it as if we are root, because it refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _open_to_all(directory: Path) -> bool:
    """Returns whether all users can pass through the directory and its parents."""
    way = (directory, *directory.parents)
    return all(step.stat().st_mode & stat.S_IXOTH for step in way)


def role_of(service: str) -> str:
    return service.replace("-", "_")


def database_of(service: str) -> str:
    return f"{role_of(service)}_db"
