"""The migrations make what the models describe, and can be taken back."""

from alembic import command
from alembic.config import Config


def test_migrations_go_down_and_up_again_without_drift(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)
