"""The migrations make, and unmake, exactly the tables that the models describe."""

import psycopg
from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# What it would notice all the same, and why that may be.
CASCADES = "the same key as before; deletes what it would not let go before"
REFUSES_NO_ROW = "a trigger, which refuses no row"
EXCUSED = {
    "0002: reservation_items no longer has"
    " fk_reservation_items_order_id_reservations": CASCADES,
    "0002: reservation_items demands"
    " fk_reservation_items_order_id_reservations": CASCADES,
    "0007: products demands search_terms": REFUSES_NO_ROW,
    "0008: products demands is_offered": REFUSES_NO_ROW,
    "0008: products demands product_changes": REFUSES_NO_ROW,
    "0008: stock demands is_offered": REFUSES_NO_ROW,
}


def test_migrations_run_both_ways_without_drift(
    alembic_config: Config, database_url: str
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_previous_release_works_on_new_schema(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == EXCUSED.keys()


def test_text_in_one_form_refuses_no_row(
    alembic_config: Config, database_url: str
) -> None:
    command.downgrade(alembic_config, "0005")
    # The second one has twice as many characters in NFC, which would not fit.
    names = [" Cafe\u0301\u3000", "\u0958" * 255, "\u00a0", "Lamp\nPay at …"]
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        for name in names:
            connection.execute(
                "INSERT INTO products (owner_id, name, price, tags, category, version)"
                " VALUES (1, %s, 1, ARRAY[%s, 'b'], 'e\u0301 ', 1)",
                (name, "e\u0301"),
            )
    command.upgrade(alembic_config, "head")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        query = "SELECT name, tags, category FROM products ORDER BY id"
        found = connection.execute(query).fetchall()
        connection.execute("TRUNCATE products CASCADE")
    assert [name for name, _, _ in found] == ["Café", *names[1:]]
    assert {(*tags, category) for _, tags, category in found} == {("é", "b", "é")}
