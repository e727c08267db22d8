"""The queries of customers: lists, searches and single products."""

from collections.abc import Hashable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import (
    RowMapping,
    Select,
    collate,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.errors import ProductNotFound
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.literals import is_in_an_index
from app.repositories.match_counts import MatchCounts
from app.repositories.offered import (
    UNICODE,
    in_state,
    load_offered,
    narrowed,
    stock_conditions,
)
from app.repositories.ranked_search import RankedSearch, search_fingerprint
from app.repositories.search_terms import SearchTerms
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from chassis import (
    Money,
    Page,
    PageRequest,
    Sort,
    SortKeys,
    Text,
    fetch_page,
)

_PRICE: TypeAdapter[Any] = TypeAdapter(Money)
_NAME: TypeAdapter[str] = TypeAdapter(Annotated[Text, Field(max_length=1000)])
_COLLATED_NAME = func.lower(collate(Product.name, UNICODE))

SORTS = {
    CatalogueOrder.NEWEST: None,
    CatalogueOrder.CHEAPEST: Sort("price", Product.price, _PRICE),
    CatalogueOrder.DEAREST: Sort("-price", Product.price, _PRICE, descending=True),
    CatalogueOrder.BY_NAME: Sort("name", _COLLATED_NAME, _NAME),
    CatalogueOrder.BY_NAME_BACKWARDS: Sort(
        "-name", _COLLATED_NAME, _NAME, descending=True
    ),
}

ONE = (
    select(
        *(
            column
            for column in Product.__table__.c
            if column.name not in ("words", "terms", "withdrawn_at", "is_stocked")
        ),
        (Stock.on_hand - Stock.reserved).label("quantity"),
        Stock.revision,
    )
    .join(Product.stock)
    .where(Product.withdrawn_at.is_(None))
)


async def get_offered(connection: AsyncConnection, product_id: int) -> RowMapping:
    """All that the catalogue shows, and the product's version and revision."""
    result = await connection.execute(ONE.where(Product.id == product_id))
    row = result.mappings().one_or_none()
    if row is None:
        raise ProductNotFound(
            f"there is no product {product_id}", product_id=product_id
        )
    return row


# The plan that is best for a rare word is the worst for a common one, so no prepared
# statement may keep a plan. An index of words needs more memory than usual to note
# exactly which rows it has found, and compiling a plan takes longer than running it.
_PLANNER = {
    "plan_cache_mode": "force_custom_plan",
    "work_mem": "32MB",
    "jit": "off",
    # These joins would read all products, or the stock of all, for a part of them.
    "enable_mergejoin": "off",
    "enable_hashjoin": "off",
}
# A state of the stock that so few products have is looked up before other filters.
FEW = 2_000


class Catalogue:
    """Pages of products.

    PostgreSQL cannot tell how rare the matches of a query are, and would read the table
    in the order of a page until the page is full. So it first finds the matches, and
    then sorts them. Only if there are too many to count, which means that a page is
    soon full, it reads them in the order of the page.
    """

    def __init__(self, session: AsyncSession, counts: MatchCounts) -> None:
        self._session = session
        self._counts = counts

    async def list_page(
        self, wanted: CatalogueFilter, order: CatalogueOrder, page: PageRequest
    ) -> Page[Product]:
        await self._set_planner(wanted.q)
        query, key = await self._matching(wanted)
        keys = SortKeys(_id_of(wanted, order), SORTS[order])
        matches = await self._counts.find(
            self._session,
            _searched(query, wanted, order),
            keys.columns,
            lambda found: keys.page_of(select(found), [*found.c], page),
            key,
        )
        if matches.page is None:
            many, id_column = matches.total, keys.columns[-1]
            return await fetch_page(
                self._session, query, id_column, page, SORTS[order], total=many
            )
        ids = [row[-1] for row in matches.page[: page.limit]]
        shown = await load_offered(self._session, ids)
        return Page(shown, matches.total, keys.following(matches.page, page))

    async def list_found(
        self, q: str, wanted: CatalogueFilter, page: PageRequest
    ) -> Page[Product]:
        """Returns the best matches first, and the newest of equally good ones."""
        await self._set_planner(q)
        terms = await SearchTerms.of(self._session, q)
        find = partial(self._counts.find, self._session, key=_key(wanted, terms))
        search = RankedSearch(self._session, narrowed(wanted), terms, find)
        return await search.list_page(page, search_fingerprint(q, wanted))

    async def _matching(
        self, wanted: CatalogueFilter
    ) -> tuple[Select[Product], Hashable]:
        """Returns the query of all that the filters match, and what identifies it."""
        query = narrowed(wanted)
        number = await self._count_rare_state(wanted)
        if number <= FEW:
            # Twice as many, because some may have come into this state meanwhile.
            few = in_state(wanted).limit(2 * number + 20)
            query = query.where(Product.id.in_(few))
        if wanted.q is None:
            return query, _key(wanted, None)
        terms = await SearchTerms.of(self._session, wanted.q)
        return query.where(or_(*terms.without_typos())), _key(wanted, terms)

    async def _count_rare_state(self, wanted: CatalogueFilter) -> int:
        """Returns how many products are in the wanted state of the stock.

        Counts to `FEW + 1`, and does not count products in stock, which are many.
        """
        if wanted.in_stock is not False and not wanted.low_stock:
            return FEW + 1
        counted = in_state(wanted).limit(FEW + 1).subquery()
        counts = select(func.count()).select_from(counted)
        return await self._session.scalar(counts) or 0

    async def _set_planner(self, q: str | None) -> None:
        settings = dict(_PLANNER)
        if q is not None and is_in_an_index(q):
            settings["enable_seqscan"] = "off"
        await self._session.execute(
            select(*(func.set_config(*each, True) for each in settings.items()))
        )


def _id_of(
    wanted: CatalogueFilter, order: CatalogueOrder
) -> InstrumentedAttribute[int]:
    """The id in the index that has the products in this order."""
    by_stock = wanted.in_stock is not None or wanted.low_stock is not None
    if by_stock and order is CatalogueOrder.NEWEST:
        return Stock.product_id
    return Product.id


def _searched(
    query: Select[Product], wanted: CatalogueFilter, order: CatalogueOrder
) -> Select[Any]:
    """The rows to count. An index has those of a state of the stock, newest first."""
    rest = replace(wanted, in_stock=None, low_stock=None)
    is_state_alone = wanted != rest == CatalogueFilter()
    if is_state_alone and order is CatalogueOrder.NEWEST:
        return select(Stock).where(*stock_conditions(wanted))
    return query


def _key(wanted: CatalogueFilter, terms: SearchTerms | None) -> Hashable:
    # A search and a list differ in what they match.
    return (wanted, terms and terms.key)
