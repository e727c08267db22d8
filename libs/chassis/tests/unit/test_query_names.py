"""The span of a query is named after what the query does."""

import pytest

from chassis._observability.query_names import QueryNames

NAMES = QueryNames({"orders", "order_items", "outbox", "stock"})


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("INSERT INTO orders (id) VALUES (%(id)s)", "INSERT orders"),
        ("UPDATE orders SET stock = 'held'", "UPDATE orders"),
        ('UPDATE "orders" SET version = 2', "UPDATE orders"),
        ("DELETE FROM outbox WHERE id = 1", "DELETE outbox"),
        ("SELECT id FROM orders JOIN stock USING (id)", "SELECT orders"),
        # A query of several parts.
        (
            "WITH added AS (\n INSERT INTO orders (id) SELECT 1\n), items AS ("
            "INSERT INTO order_items SELECT id FROM added) SELECT id FROM added",
            "INSERT orders",
        ),
        (
            "WITH due AS (SELECT id FROM outbox FOR UPDATE SKIP LOCKED)"
            " UPDATE stock SET on_hand = 1 FROM due",
            "UPDATE stock",
        ),
        (
            "WITH found AS MATERIALIZED (SELECT id FROM stock) SELECT id FROM found",
            "SELECT stock",
        ),
        # These are no changes of a table.
        ("SELECT id FROM orders FOR NO KEY UPDATE OF orders", "SELECT orders"),
        ("SELECT word FROM unnest(:words) JOIN stock ON true", "SELECT stock"),
        (
            "INSERT INTO stock (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 1",
            "INSERT stock",
        ),
        # Without a table of the service.
        ("SELECT pg_advisory_xact_lock(17)", "SELECT"),
        ("WITH words AS (SELECT 1) SELECT * FROM words", "SELECT"),
        ("SET LOCAL statement_timeout = 100", "SET"),
        ("INSERT INTO somewhere_else VALUES (1)", "INSERT"),
    ],
)
def test_query_is_named_after_its_change_or_first_table(
    statement: str, name: str
) -> None:
    assert NAMES.of(statement) == name
