"""A product of the catalogue."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Identity,
    Index,
    String,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.errors import NotTheOwner, ProductChanged
from app.models.edition import Edition
from app.models.stock import Stock
from chassis import Base, User


class ProductChanges(TypedDict, total=False):
    name: str
    quantity: int
    description: str | None
    price: Decimal
    category: str | None
    tags: list[str] | None
    image_url: str | None


OFFERED = text("withdrawn_at IS NULL")


class Product(Base):
    """A product that is for sale, or withdrawn.

    Attributes:
        version: counts edits of the product, but not changes of its stock.
        words: read by the release before; to be dropped.
        terms: words, joined words and stems that a search looks through. A trigger
            fills them in; None until the service has done so for an older row.
        is_stocked: whether there is a stock record, which only an imported product may
            lack. A trigger of `stock` keeps it true.
    """

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("btrim(name) <> ''", name="name_not_blank"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("cardinality(tags) <= 20", name="tags_few"),
        Index(None, "category", "id"),
        Index("ix_products_owner_id_id", "owner_id", "id", postgresql_where=OFFERED),
        Index("ix_products_price_id", "price", "id", postgresql_where=OFFERED),
        Index(
            "ix_products_lower_name_id",
            text("lower(name)"),
            "id",
            postgresql_where=OFFERED,
        ),
        # With the category itself, so that a category is counted in the index alone.
        Index(
            "ix_products_lower_category_id_category",
            text('lower(category COLLATE "und-x-icu")'),
            "id",
            postgresql_include=["category"],
            postgresql_where=OFFERED,
        ),
        # A category in a range of prices is counted, and sorted by either, in this one.
        Index(
            "ix_products_lower_category_price_id",
            text('lower(category COLLATE "und-x-icu")'),
            "price",
            "id",
            postgresql_include=["category"],
            postgresql_where=OFFERED,
        ),
        Index(
            "ix_products_collated_name_id",
            text('lower(name COLLATE "und-x-icu")'),
            "id",
            postgresql_where=OFFERED,
        ),
        Index("ix_products_terms", "terms", postgresql_using="gin"),
        Index(
            "ix_products_name_terms",
            text("ts_filter(terms, '{a}'::\"char\"[])"),
            postgresql_using="gin",
        ),
        Index(
            "ix_products_without_terms", "id", postgresql_where=text("terms IS NULL")
        ),
        Index(
            "ix_products_without_stock", "id", postgresql_where=text("NOT is_stocked")
        ),
        Index("ix_products_words", "words", postgresql_using="gin"),
        Index(
            "ix_products_name_trigrams",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    owner_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(String(5000))
    price: Mapped[Decimal]
    category: Mapped[str | None] = mapped_column(String(100))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    image_url: Mapped[str | None] = mapped_column(String(2048))
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    words: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "searchable(name::text, category::text, tags, description::text)",
            persisted=True,
        ),
        deferred=True,
    )
    terms: Mapped[Any] = mapped_column(TSVECTOR, nullable=True, deferred=True)
    is_stocked: Mapped[bool] = mapped_column(
        default=True, server_default=false(), deferred=True
    )

    stock: Mapped[Stock] = relationship(lazy="raise")

    @property
    def quantity(self) -> int:
        """The available stock; setting it corrects the stock."""
        return self.stock.available

    @quantity.setter
    def quantity(self, available: int) -> None:
        self.stock.correct(available)

    @property
    def edition(self) -> Edition:
        return Edition(self.version, self.stock.revision)

    @validates("tags")
    def _no_tags_are_an_empty_list(self, _: str, tags: list[str] | None) -> list[str]:
        return tags or []

    def require_owner(self, user: User) -> None:
        if user.user_id != self.owner_id and not user.is_admin:
            raise NotTheOwner(
                f"product {self.id} belongs to someone else", product_id=self.id
            )

    def require_edition(
        self, accepted: Collection[Edition] | None, *, with_stock: bool = False
    ) -> None:
        """
        Args:
            accepted: the editions that a change may start from; None accepts any.
            with_stock: whether a sale since then refuses the change, too.
        """
        if accepted is None or self.edition in accepted:
            return
        if not accepted:
            raise ProductChanged(
                f"the condition names no version of product {self.id}; send its ETag"
                " as it was received, with its quotes",
                product_id=self.id,
            )
        if with_stock or self.version not in {edition.version for edition in accepted}:
            raise ProductChanged(
                f"product {self.id} has changed; read it again", product_id=self.id
            )

    def edit(self, **changes: Unpack[ProductChanges]) -> None:
        """Changes the fields; keeps the version if no value differs."""
        before = [getattr(self, field) for field in changes]
        for field, value in changes.items():
            setattr(self, field, value)
        if before != [getattr(self, field) for field in changes]:
            self.mark_edited()

    def mark_edited(self) -> None:
        self.version += 1
        self.updated_at = datetime.now(UTC)
        self.stock.revise()

    def withdraw(self) -> None:
        """Removes it from the catalogue; its stock and orders remain."""
        self.withdrawn_at = datetime.now(UTC)
        self.mark_edited()
