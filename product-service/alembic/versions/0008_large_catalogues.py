"""Lists and searches whose cost does not grow with their matches."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OFFERED = sa.text("withdrawn_at IS NULL")
STOCK_INDEXES = {
    "in_stock": "is_offered AND on_hand > reserved",
    "sold_out": "is_offered AND on_hand <= reserved",
    "low": "is_offered AND on_hand - reserved <= low_stock_threshold",
}

# The sequence counts changes that have begun, and waits for no other transaction.
COUNT_CHANGES = """
CREATE SEQUENCE IF NOT EXISTS product_changes;
SELECT nextval('product_changes');
CREATE OR REPLACE FUNCTION count_product_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('product_changes');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER product_changes AFTER UPDATE OR DELETE ON products
FOR EACH ROW EXECUTE FUNCTION count_product_change()
"""

FIND_IS_OFFERED = """
CREATE OR REPLACE FUNCTION find_is_offered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_offered := NOT EXISTS (
        SELECT FROM products WHERE id = NEW.product_id AND withdrawn_at IS NOT NULL
    );
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER is_offered BEFORE INSERT ON stock
FOR EACH ROW EXECUTE FUNCTION find_is_offered()
"""

STORE_IS_OFFERED = """
CREATE OR REPLACE FUNCTION store_is_offered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock SET is_offered = NEW.withdrawn_at IS NULL WHERE product_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER is_offered AFTER UPDATE OF withdrawn_at ON products
FOR EACH ROW WHEN ((OLD.withdrawn_at IS NULL) <> (NEW.withdrawn_at IS NULL))
EXECUTE FUNCTION store_is_offered()
"""

# In one order, as the service locks stock, so that neither can deadlock the other.
FILL_IS_OFFERED = sa.text("""
UPDATE stock SET is_offered = false FROM (
    SELECT product_id FROM stock JOIN products ON id = product_id
    WHERE withdrawn_at IS NOT NULL AND is_offered
    ORDER BY product_id LIMIT 10000 FOR NO KEY UPDATE OF stock
) AS withdrawn WHERE withdrawn.product_id = stock.product_id
""")


def upgrade() -> None:
    """Commits each step, which locks one table only, and can be repeated.

    Held together, the locks would deadlock with a query that joins the two tables, and
    stop all reads of the stock until the last index is built.
    """
    with op.get_context().autocommit_block():
        op.add_column(
            "stock",
            sa.Column(
                "is_offered", sa.Boolean, nullable=False, server_default=sa.true()
            ),
            if_not_exists=True,
        )
        for triggers in (FIND_IS_OFFERED, COUNT_CHANGES, STORE_IS_OFFERED):
            op.execute(triggers)
        while op.get_bind().execute(FILL_IS_OFFERED).rowcount:
            pass
        _create_indexes_of_search()
        _create_indexes()


def _create_indexes_of_search() -> None:
    """Creates those for the columns and functions of revision 0007."""
    op.create_index(
        "ix_products_terms",
        "products",
        ["terms"],
        postgresql_using="gin",
        if_not_exists=True,
    )
    op.create_index(
        "ix_products_without_terms",
        "products",
        ["id"],
        postgresql_where=sa.text("terms IS NULL"),
        if_not_exists=True,
    )
    for name, column in (("lower_category", "category"), ("collated_name", "name")):
        op.create_index(
            f"ix_products_{name}_id",
            "products",
            [sa.text(f'lower({column} COLLATE "und-x-icu")'), "id"],
            postgresql_where=OFFERED,
            if_not_exists=True,
        )


def _create_indexes() -> None:
    for name, where in STOCK_INDEXES.items():
        op.create_index(
            f"ix_stock_{name}",
            "stock",
            ["product_id"],
            postgresql_where=sa.text(where),
            if_not_exists=True,
        )
    op.create_index(
        "ix_products_name_terms",
        "products",
        [sa.text("ts_filter(terms, '{a}'::\"char\"[])")],
        postgresql_using="gin",
        if_not_exists=True,
    )
    op.create_index(
        "ix_products_lower_category_id_category",
        "products",
        [sa.text('lower(category COLLATE "und-x-icu")'), "id"],
        postgresql_include=["category"],
        postgresql_where=OFFERED,
        if_not_exists=True,
    )


def downgrade() -> None:
    for index in (
        "lower_category_id_category",
        "name_terms",
        "collated_name_id",
        "lower_category_id",
        "without_terms",
        "terms",
    ):
        op.drop_index(f"ix_products_{index}", "products")
    for name in STOCK_INDEXES:
        op.drop_index(f"ix_stock_{name}", "stock")
    for table in ("stock", "products"):
        op.execute(f"DROP TRIGGER is_offered ON {table}")
    op.drop_column("stock", "is_offered")
    op.execute("DROP TRIGGER product_changes ON products")
    for function in ("find_is_offered", "store_is_offered", "count_product_change"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP SEQUENCE product_changes")
