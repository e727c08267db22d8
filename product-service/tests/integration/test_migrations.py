"""The migrations make, and unmake, exactly the tables that the models describe."""

from alembic import command
from alembic.config import Config


def test_migrations_go_down_and_up_and_leave_no_drift(
    alembic_config: Config, database_url: str
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)
