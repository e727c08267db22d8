"""The migrations make, and unmake, exactly the tables that the models describe."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before, temporary_database

# Expected differences, with their reasons.
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
    "0009: stock demands is_stocked": REFUSES_NO_ROW,
    "0010: stock demands product_changes": REFUSES_NO_ROW,
}

ADD_PRODUCTS = """
    INSERT INTO products (owner_id, name, price, version, withdrawn_at)
    SELECT 1, 'Lamp ' || n, 1, 1, CASE WHEN n % 2 = 0 THEN now() END
    FROM generate_series(1, 1000) AS n;
    INSERT INTO stock (product_id, on_hand, reserved)
    SELECT id, 9, 0 FROM products WHERE id % 10 <> 5
"""
READ_CATALOGUE = "SELECT count(*) FROM products JOIN stock ON product_id = id"
CHANGE_STOCK = """
    UPDATE stock SET on_hand = on_hand + 1 WHERE product_id = 1;
    UPDATE products SET version = version + 1 WHERE id = 1
"""
WRONGLY_OFFERED = """
    SELECT count(*) FROM stock JOIN products ON product_id = id
    WHERE is_offered <> (withdrawn_at IS NULL)
"""
WRONGLY_STOCKED = """
    SELECT count(*) FROM products LEFT JOIN stock ON product_id = id
    WHERE is_stocked <> (product_id IS NOT NULL)
"""


@pytest.fixture(scope="module")
def original_0007(alembic_config: Config) -> Iterator[str]:
    with temporary_database() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url)
        command.upgrade(alembic_config, "0007")
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(ADD_PRODUCTS)
        yield url


@pytest.fixture
def filled_0007(original_0007: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of revision 0007 with products, half of them withdrawn, and some
    without a stock record."""
    with temporary_database(original_0007) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield url.replace("+psycopg", "")


def _repeat(statement: str, conninfo: str, begun: Event, stop: Event) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        while not stop.is_set():
            connection.execute(statement, prepare=False)
            begun.set()


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


def test_migrations_of_large_catalogues_run_beside_reads_and_writes(
    alembic_config: Config, filled_0007: str
) -> None:
    stop = Event()
    begun = {READ_CATALOGUE: Event(), CHANGE_STOCK: Event()}
    with ThreadPoolExecutor() as threads:
        traffic = [
            threads.submit(_repeat, statement, filled_0007, once, stop)
            for statement, once in begun.items()
        ]
        try:
            assert all(once.wait(10) for once in begun.values())
            command.upgrade(alembic_config, "0010")
        finally:
            stop.set()
    for repeated in traffic:
        repeated.result()
    with psycopg.connect(filled_0007) as connection:
        assert connection.execute(WRONGLY_OFFERED).fetchone() == (0,)
        assert connection.execute(WRONGLY_STOCKED).fetchone() == (0,)


def test_migrations_of_large_catalogues_can_be_repeated(
    alembic_config: Config, filled_0007: str
) -> None:
    command.upgrade(alembic_config, "0010")
    command.stamp(alembic_config, "0007")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_migration_gives_up_behind_long_transaction(
    alembic_config: Config, filled_0007: str
) -> None:
    with psycopg.connect(filled_0007) as connection:
        connection.execute(READ_CATALOGUE)
        with pytest.raises(SystemExit, match="another transaction has held a lock"):
            command.upgrade(alembic_config, "0008")
    command.upgrade(alembic_config, "0008")


def test_invalid_index_is_created_again(
    alembic_config: Config, filled_0007: str
) -> None:
    valid = """
        SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indexrelid = 'ix_products_name_terms'::regclass
    """
    with psycopg.connect(filled_0007, autocommit=True) as connection:
        # All prices are the same.
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY ix_products_name_terms"
                " ON products (price)"
            )
        [(is_valid, _)] = connection.execute(valid)
        assert not is_valid
        command.upgrade(alembic_config, "head")
        [(is_valid, definition)] = connection.execute(valid)
    assert is_valid
    assert "ts_filter" in definition
