"""Stores a catalogue of any size as the service would have stored it, in minutes.

The trigger that fills in the search terms takes milliseconds for each row. Here its
functions are called once for each text, and a text is used for many goods.
"""

import psycopg

TEXTS = 20_000

_TEXTS = """
    CREATE TEMP TABLE texts AS
    SELECT n, name, category, tags, description,
        search_terms(name, category, tags, description) AS terms
    FROM generate_series(0, %(texts)s - 1) AS n, LATERAL (
        SELECT (%(colours)s::text[])[1 + n %% 13] || ' '
                || (%(materials)s::text[])[1 + n / 7 %% 11] || ' '
                || (%(things)s::text[])[1 + n %% 10] || ' '
                || translate(to_char(n, 'FM00000'), '0123456789', 'bdfgklmnrs') AS name,
            (%(categories)s::text[])[1 + n %% 10] AS category,
            ARRAY[(%(materials)s::text[])[1 + n / 7 %% 11]] AS tags,
            'Made of ' || (%(materials)s::text[])[1 + n / 7 %% 11]
                || ', for every day and every room' AS description
    ) AS text
"""
_WORDS = """
    INSERT INTO search_words SELECT DISTINCT ON (w.word) w.word, w.deletions
    FROM texts, search_words_of(name, category, tags) AS w
    ORDER BY w.word ON CONFLICT DO NOTHING
"""
_PRODUCTS = """
    INSERT INTO products
        (owner_id, name, price, category, tags, description, version, terms, is_stocked)
    SELECT 1, name, 1 + i %% 9000 / 10.0, category, tags, description, 1, terms, true
    FROM generate_series(1, %(goods)s::bigint) AS i
    JOIN texts ON n = i * 7919 %% %(texts)s
    ORDER BY i
"""
_STOCK = """
    INSERT INTO stock (product_id, on_hand, reserved, low_stock_threshold, revision)
    SELECT id, 100, 0, 5, 1 FROM products LEFT JOIN stock ON product_id = id
    WHERE product_id IS NULL
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename IN ('products', 'search_words', 'stock') AND indexname LIKE 'ix_%'
"""
# One statement stores for all rows what the triggers would store for each row.
TRIGGERS = (
    ("products", "search_terms"),
    ("stock", "is_offered"),
    ("stock", "is_stocked"),
)
WORDS = {
    "colours": "red green blue black white grey brown golden silver violet pink"
    " orange yellow",
    "materials": "wooden brass steel cotton leather glass paper rubber marble copper"
    " velvet",
    "things": "lamp table kettle helmet sofa notebook jacket charger basket mirror",
    "categories": "Lighting Furniture Kitchen Sports Living Office Clothing Electronics"
    " Storage Bathroom",
}


def store_goods(conninfo: str, goods: int) -> None:
    """Adds `goods` products to the catalogue of product-service."""
    given = {
        "goods": goods,
        "texts": min(TEXTS, goods),
        **{name: words.split() for name, words in WORDS.items()},
    }
    with psycopg.connect(conninfo) as connection:
        run = connection.execute
        run("SET maintenance_work_mem = '512MB'")
        for table, trigger in TRIGGERS:
            run(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}".encode())
        run(_TEXTS, given)
        indexes = run(_INDEXES).fetchall()
        for name, _ in indexes:
            run(f'DROP INDEX "{name}"'.encode())
        run(_WORDS)
        run(_PRODUCTS, given)
        run(_STOCK)
        for _, definition in indexes:
            run(definition.encode())
        for table, trigger in TRIGGERS:
            run(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}".encode())
        connection.commit()
        connection.autocommit = True
        run(b"VACUUM ANALYZE products, stock, search_words")
