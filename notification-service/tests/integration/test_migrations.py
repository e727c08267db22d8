from alembic import command
from alembic.config import Config


def test_migrations_go_down_to_nothing_and_up_again(
    database_url: str, alembic_config: Config
) -> None:
    command.upgrade(alembic_config, "head")
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")


def test_migrations_make_what_the_models_describe(
    database_url: str, alembic_config: Config
) -> None:
    command.check(alembic_config)
