"""Alembic's environment, the same for every service."""

from alembic import context
from sqlalchemy import MetaData, create_engine, make_url, text

from chassis._observability.logging import configure_logging
from chassis._settings.loading import load_settings
from chassis._settings.settings import MigrationSettings

# Any number that nobody else uses as an advisory lock in the service's database.
MIGRATION_LOCK = 7_361_001


def run_migrations(service: str, metadata: MetaData) -> None:
    """Runs what Alembic asks for, against `DATABASE_URL`.

    Replicas that start together take turns: the others wait for the lock, and then
    find nothing left to do.
    """
    settings = load_settings(MigrationSettings)
    configure_logging(service, settings.log_level)
    url = make_url(settings.database_url.get_secret_value())
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
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
