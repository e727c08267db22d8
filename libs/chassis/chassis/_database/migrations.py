"""Alembic's environment, the same for every service."""

from alembic import command, context
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from chassis._observability.logging import configure_logging
from chassis._settings.loading import load_settings
from chassis._settings.settings import MigrationSettings

# Any number that no other advisory lock in the service's database has.
MIGRATION_LOCK = 7_361_001


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
    the lock and then find nothing left to do.
    """
    settings = load_settings(MigrationSettings)
    configure_logging(service, settings.log_level)
    url = make_url(settings.database_url.get_secret_value())
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    with _connected(engine) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            context.run_migrations()
    engine.dispose()


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        [reason, *_] = str(error.orig).splitlines()
        raise SystemExit(f"error: DATABASE_URL: {reason}") from None
