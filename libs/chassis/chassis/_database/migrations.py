"""Alembic's environment, the same for every service."""

import structlog
from alembic import command, context
from alembic.config import Config
from alembic.util import CommandError
from psycopg.errors import LockNotAvailable
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    NullPool,
    create_engine,
    make_url,
    text,
)
from sqlalchemy.exc import OperationalError

from chassis._observability.logging import configure_logging
from chassis._settings.loading import load_settings
from chassis._settings.settings import MigrationSettings

# Any number that no other advisory lock in the service's database has.
MIGRATION_LOCK = 7_361_001
# While a migration waits for a table, new queries of the table wait behind it.
LOCK_TIMEOUT = "2s"
# What `CREATE INDEX CONCURRENTLY` leaves behind when it fails. No query uses such an
# index, and a revision that creates it "if not exists" would accept it.
INVALID_INDEXES = text("""
    SELECT indexrelid::regclass::text FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relkind = 'i' AND relnamespace = 'public'::regnamespace
""")

log = structlog.get_logger(__name__)


def migrate() -> None:
    """Brings the database of the service in this folder to its newest schema.

    Raises:
        SystemExit: with a sentence, if the database cannot be reached, or if a newer
            release has migrated it.
    """
    try:
        command.upgrade(Config("alembic.ini"), "head")
    except CommandError as error:
        sentence = (
            f"error: the database cannot be migrated: {error}. If a newer release has"
            " migrated it, set MIGRATE_ON_START=false"
        )
        raise SystemExit(sentence) from None


def run_migrations(service: str, metadata: MetaData) -> None:
    """Runs Alembic's migrations against `DATABASE_URL`.

    Replicas that start together take turns: the first migrates, and the others wait for
    the lock and then find nothing left to do. The lock belongs to the connection, so
    that it outlasts the transactions of the revisions.

    Raises:
        SystemExit: with a sentence, if the database cannot be reached, or if another
            transaction holds a lock for too long.
    """
    settings = load_settings(MigrationSettings)
    configure_logging(service, settings.log_level)
    url = make_url(settings.database_url.get_secret_value())
    url = url.set(drivername="postgresql+psycopg")
    connect_args = {"connect_timeout": 5}
    # Without a pool, closing the connection ends it and releases the lock.
    engine = create_engine(url, connect_args=connect_args, poolclass=NullPool)
    with _connected(engine) as connection:
        with connection.begin():
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        _run(connection)


def _run(connection: Connection) -> None:
    try:
        with connection.begin():
            _drop_invalid_indexes(connection)
        with context.begin_transaction():
            context.run_migrations()
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        sentence = (
            "error: the database cannot be migrated: another transaction has held a"
            f" lock for more than {LOCK_TIMEOUT}. Migrate again when it has ended; its"
            " query is in pg_stat_activity"
        )
        raise SystemExit(sentence) from None


def _drop_invalid_indexes(connection: Connection) -> None:
    for index in connection.scalars(INVALID_INDEXES).all():
        connection.execute(text(f"DROP INDEX {index}"))
        log.warning("invalid_index_dropped", index=index)


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        [reason, *_] = str(error.orig).splitlines()
        raise SystemExit(f"error: DATABASE_URL: {reason}") from None
