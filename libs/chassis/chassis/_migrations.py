"""Alembic's environment, the same for every service."""

import os

from alembic import context
from sqlalchemy import MetaData, create_engine, make_url, text

from chassis._logging import configure_logging

# Any number that nobody else uses as an advisory lock in the service's database.
MIGRATION_LOCK = 7_361_001


def run_migrations(service: str, metadata: MetaData) -> None:
    """Runs what Alembic asks for, against `DATABASE_URL`.

    Replicas that start together take turns: the others wait for the lock, and then
    find nothing left to do.
    """
    configure_logging(service, os.environ.get("LOG_LEVEL", "INFO"))
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
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
