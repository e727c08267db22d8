"""The migrations make, and unmake, exactly the tables that the models describe."""

from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# What it would notice all the same, and why that may be.
CASCADES = "the same key as before; deletes what it would not let go before"
EXCUSED = {
    "0002: reservation_items no longer has"
    " fk_reservation_items_order_id_reservations": CASCADES,
    "0002: reservation_items demands"
    " fk_reservation_items_order_id_reservations": CASCADES,
}


def test_migrations_go_down_and_up_and_leave_no_drift(
    alembic_config: Config, database_url: str
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_the_release_before_notices_nothing(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == EXCUSED.keys()
