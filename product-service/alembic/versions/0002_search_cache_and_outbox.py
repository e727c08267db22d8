"""Search, sorting, invalidations of the cache, the outbox, and ends of tombstones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OFFERED = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    _make_searchable()
    _create_outbox()
    _create_cache_invalidations()
    _let_tombstones_go()


def downgrade() -> None:
    op.drop_constraint(
        "fk_reservation_items_order_id_reservations", "reservation_items"
    )
    _refer_to_reservations(ondelete=None)
    op.drop_column("reservations", "released_at")
    op.drop_table("cache_invalidations")
    op.drop_column("stock", "revision")
    op.drop_table("outbox")
    for index in ("name_trigrams", "words", "lower_name_id", "price_id"):
        op.drop_index(f"ix_products_{index}", "products")
    op.drop_column("products", "words")
    op.execute("DROP FUNCTION searchable")
    # The extension stays: it may have been there before.


def _make_searchable() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # A name counts for more than a category or a tag, and those for more than a text.
    # PostgreSQL takes array_to_string for mutable, which it is for types beyond text.
    op.execute(
        """
        CREATE FUNCTION searchable(
            name text, category text, tags text[], description text
        ) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
            setweight(to_tsvector('english', name), 'A')
            || setweight(to_tsvector('english', coalesce(category, '')), 'B')
            || setweight(to_tsvector('english', array_to_string(tags, ' ')), 'B')
            || setweight(to_tsvector('english', coalesce(description, '')), 'C')
        """
    )
    op.add_column(
        "products",
        sa.Column(
            "words",
            postgresql.TSVECTOR,
            sa.Computed(
                "searchable(name, category, tags, description)", persisted=True
            ),
        ),
    )
    op.create_index(
        "ix_products_price_id", "products", ["price", "id"], postgresql_where=OFFERED
    )
    op.create_index(
        "ix_products_lower_name_id",
        "products",
        [sa.text("lower(name)"), "id"],
        postgresql_where=OFFERED,
    )
    op.create_index("ix_products_words", "products", ["words"], postgresql_using="gin")
    op.create_index(
        "ix_products_name_trigrams",
        "products",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )


def _moment(name: str, *, known: bool = True) -> sa.Column[object]:
    default = sa.func.now() if known else None
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=default,
        nullable=not known,
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("exchange", sa.String, nullable=False),
        sa.Column("routing_key", sa.String, nullable=False),
        sa.Column("must_route", sa.Boolean, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("headers", postgresql.JSONB, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        _moment("created_at"),
        _moment("available_at"),
        _moment("sent_at", known=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id"],
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def _create_cache_invalidations() -> None:
    op.add_column(
        "stock",
        sa.Column(
            "revision", sa.BigInteger, server_default=sa.text("1"), nullable=False
        ),
    )
    op.create_table(
        "cache_invalidations",
        sa.Column("product_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "product_id", "revision", name="pk_cache_invalidations"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["stock.product_id"],
            name="fk_cache_invalidations_product_id_stock",
        ),
    )


def _let_tombstones_go() -> None:
    op.add_column(
        "reservations",
        sa.Column(
            "released_at",
            sa.DateTime(timezone=True),
            sa.Computed(
                "CASE WHEN status = 'released' THEN settled_at END", persisted=True
            ),
        ),
    )
    op.create_index(
        "ix_reservations_released_at",
        "reservations",
        ["released_at"],
        postgresql_where=sa.text("released_at IS NOT NULL"),
    )
    op.drop_constraint(
        "fk_reservation_items_order_id_reservations", "reservation_items"
    )
    _refer_to_reservations(ondelete="CASCADE")


def _refer_to_reservations(ondelete: str | None) -> None:
    op.create_foreign_key(
        "fk_reservation_items_order_id_reservations",
        "reservation_items",
        "reservations",
        ["order_id"],
        ["order_id"],
        ondelete=ondelete,
    )
