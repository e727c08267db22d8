"""The migrations make what the models describe, and can be taken back."""

from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# What it would notice all the same, and why that may be.
EXCUSED = {
    "0002: users demands ck_users_erased_at": "older than 1.0.0, the first release",
    "0002: users.password_hash may be null": "older than 1.0.0, the first release",
}


def test_migrations_go_down_and_up_again_without_drift(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_the_release_before_notices_nothing(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == EXCUSED.keys()
