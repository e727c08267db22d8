"""The migrations create the schema of the models, and can be reversed."""

import psycopg
from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# Changes that break the previous release, with the reason why each is allowed.
ALLOWED: dict[str, str] = {}


def test_migrations_run_down_and_up_without_drift(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_previous_release_works_on_new_schema(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == ALLOWED.keys()


def test_text_migration_normalizes_addresses(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "0006")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO orders (version, user_id, username, customer_name,"
            " customer_email, shipping_address, status, promised, stock,"
            " stock_attempts, claimed_until, stock_due_at) VALUES (1, 7, 'zoe', %s, %s,"
            " %s, 'cancelled', false, 'none', 0, now(), now())",
            ("Zoe\u0308 ", "z@XN--bcher-kva.example", "1 Rue\n75001 E\u0301vry\n"),
        )
    command.upgrade(alembic_config, "head")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        found = connection.execute(
            "SELECT customer_name, customer_email, shipping_address FROM orders"
        ).fetchall()
        connection.execute("TRUNCATE orders CASCADE")
    assert found == [("Zoë", "z@bücher.example", "1 Rue\n75001 Évry")]
