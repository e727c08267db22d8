"""Products that were stored before there were search terms get theirs."""

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.models.product import Product
from app.models.search_word import SearchWord
from chassis import Database

BATCH = 200


class FillSearchTerms:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def fill_batch(self) -> int:
        """Fills in the terms of some products; returns their number.

        Stores their words first, in one order and one transaction, so that it waits for
        no seller who is storing the same words.
        """
        some = select(Product).where(Product.terms.is_(None)).limit(BATCH)
        async with self._database.transaction() as session:
            products = some.order_by(Product.id).subquery()
            found = func.search_words_of(
                products.c.name, products.c.category, products.c.tags
            ).table_valued("word", "deletions")
            words = select(found.c.word, found.c.deletions).select_from(products)
            words = words.join(found, onclause=text("true")).distinct().order_by("word")
            await session.execute(
                upsert(SearchWord)
                .from_select(["word", "deletions"], words)
                .on_conflict_do_nothing()
            )
        async with self._database.transaction() as session:
            locked = some.with_only_columns(Product.id).with_for_update(
                key_share=True, skip_locked=True
            )
            terms = func.search_terms(
                Product.name, Product.category, Product.tags, Product.description
            )
            filled = update(Product).where(Product.id.in_(locked)).values(terms=terms)
            rows = await session.execute(filled.returning(Product.id))
            return len(rows.all())
