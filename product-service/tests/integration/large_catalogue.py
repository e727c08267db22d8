"""Thousands of products, stored at once: a trigger for each row would take minutes."""

from sqlalchemy import text

from chassis import Database, Deadline

GOODS = 24_000
# Storing them is not what is tested, and takes long on a busy machine.
_BE_PATIENT = "SET statement_timeout = '60s'"
# Half of the goods are lamps, and each thousandth is a kettle. Nothing is a toaster.
_GOODS = (
    _BE_PATIENT,
    "ALTER TABLE products DISABLE TRIGGER search_terms",
    """
    CREATE TEMP TABLE texts AS
    SELECT n, name, category, search_terms(name, category, '{}', 'For every day') terms
    FROM generate_series(0, 999) n, LATERAL (
        SELECT CASE WHEN n = 7 THEN 'Kettle' WHEN n % 2 = 0 THEN 'Lamp' ELSE 'Sofa' END
                || ' ' || translate(n::text, '0123456789', 'bdfgklmnrs') AS name,
            CASE n % 2 WHEN 0 THEN 'Light' ELSE 'Seats' END AS category
    ) AS words
    """,
    """
    INSERT INTO search_words SELECT DISTINCT ON (found.word) found.word, deletions
    FROM texts, search_words_of(name, category, '{}') AS found
    """,
    """
    INSERT INTO products
        (owner_id, name, price, category, tags, description, version, terms, is_stocked)
    SELECT 1, name, 1 + i % 900, category, '{}', 'For every day', 1, terms, true
    FROM generate_series(1, :goods) AS i JOIN texts ON n = i % 1000 ORDER BY i
    """,
    """
    INSERT INTO stock (product_id, on_hand, reserved, revision)
    SELECT id, 100, 0, 1 FROM products
    """,
    "DROP TABLE texts",
    "ALTER TABLE products ENABLE TRIGGER search_terms",
)


async def store_goods(database: Database) -> None:
    async with database.transaction(Deadline.after(60)) as session:
        for statement in _GOODS:
            given = {"goods": GOODS} if ":goods" in statement else {}
            await session.execute(text(statement), given)
    async with database.reading(Deadline.after(60)) as connection:
        await connection.execute(text(_BE_PATIENT))
        await connection.execute(text("VACUUM ANALYZE products, stock, search_words"))
