"""The queries of customers: lists, searches and single products."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    collate,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from app.errors import ProductNotFound
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.match_counts import MatchCounts
from app.repositories.ranked_search import RankedSearch, search_fingerprint
from app.repositories.search_terms import SearchTerms, is_in_an_index
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from chassis import (
    EXACT_COUNT,
    Money,
    Page,
    PageRequest,
    Sort,
    Text,
    fetch_page,
    found_first,
)

UNICODE = "und-x-icu"

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
    # A merge join would read the stock of all products before those of the page.
    "enable_mergejoin": "off",
}
# So few matches are sorted faster than a page of them is found among a million products
# that are read in the order of the page.
FEW = 2_000


class Catalogue:
    """Pages of products.

    PostgreSQL takes a word for less rare than it is, and would read the table from its
    newest row on until a page is full. So it first finds the matches of a word, and
    then sorts them, unless there are too many to count.
    """

    def __init__(self, session: AsyncSession, counts: MatchCounts) -> None:
        self._session = session
        self._counts = counts

    async def list_page(
        self, wanted: CatalogueFilter, order: CatalogueOrder, page: PageRequest
    ) -> Page[Product]:
        await self._set_planner(wanted.q)
        query = _narrowed(_offered(), wanted)
        in_state = await self._count_rare_state(wanted)
        if in_state <= FEW:
            # Twice as many, because some may have come into this state meanwhile.
            few = _in_state(wanted).limit(2 * in_state + 20)
            query = query.where(Product.id.in_(few))
        terms = None
        if wanted.q is not None:
            terms = await SearchTerms.of(self._session, wanted.q)
            query = query.where(or_(*terms.without_typos()))
        counted = _counted(query, wanted)
        total = await self._counts.count(self._session, *counted, _key(wanted, terms))
        is_few = wanted != CatalogueFilter() and total <= FEW
        is_narrow = _is_narrow(wanted, order) and total <= EXACT_COUNT
        return await fetch_page(
            self._session,
            query,
            Product.id if is_few else _id_of(wanted, order),
            page,
            SORTS[order],
            total=total,
            is_sorted_last=is_few or is_narrow,
        )

    async def list_found(
        self, q: str, wanted: CatalogueFilter, page: PageRequest
    ) -> Page[Product]:
        """Returns the best matches first, and the newest of equally good ones."""
        await self._set_planner(q)
        terms = await SearchTerms.of(self._session, q)
        count = partial(self._counts.count, self._session, key=_key(wanted, terms))
        search = RankedSearch(
            self._session, _narrowed(_offered(), wanted), terms.all(), count
        )
        return await search.list_page(page, search_fingerprint(q, wanted))

    async def _count_rare_state(self, wanted: CatalogueFilter) -> int:
        """Returns how many products are in the wanted state of the stock.

        Counts to `FEW + 1`, and does not count products in stock, which are many.
        """
        if wanted.in_stock is not False and not wanted.low_stock:
            return FEW + 1
        counted = _in_state(wanted).limit(FEW + 1).subquery()
        counts = select(func.count()).select_from(counted)
        return await self._session.scalar(counts) or 0

    async def _set_planner(self, q: str | None) -> None:
        settings = dict(_PLANNER)
        if q is not None and is_in_an_index(q):
            settings["enable_seqscan"] = "off"
        await self._session.execute(
            select(*(func.set_config(*each, True) for each in settings.items()))
        )


def _offered() -> Select[Product]:
    # Its stock is joined to what is shown, and not to what is only counted.
    return (
        select(Product)
        .options(joinedload(Product.stock, innerjoin=True))
        .where(Product.withdrawn_at.is_(None))
    )


def _counted(
    query: Select[Product], wanted: CatalogueFilter
) -> tuple[Select[Any], InstrumentedAttribute[int]]:
    """The query to count, and its ids. An index has those of a state of the stock."""
    rest = replace(wanted, in_stock=None, low_stock=None)
    if wanted != rest == CatalogueFilter():
        return select(Stock).where(*_stock_conditions(wanted)), Stock.product_id
    return query, Product.id


def _id_of(
    wanted: CatalogueFilter, order: CatalogueOrder
) -> InstrumentedAttribute[int]:
    """The id in the index that has the products in this order."""
    by_stock = wanted.in_stock is not None or wanted.low_stock is not None
    if by_stock and order is CatalogueOrder.NEWEST:
        return Stock.product_id
    return Product.id


def _in_state(wanted: CatalogueFilter) -> Select[int]:
    """The products in a state of the stock.

    PostgreSQL expects a third of all products in any state, and would read the table
    for them. A limit tells it better.
    """
    stock = select(Stock).where(*_stock_conditions(wanted))
    return select(found_first(stock, Stock.product_id))


def _is_narrow(wanted: CatalogueFilter, order: CatalogueOrder) -> bool:
    """Returns whether PostgreSQL would read far in the index of this order."""
    if wanted.q is not None:
        return True
    if order is CatalogueOrder.NEWEST:
        return False
    return replace(wanted, min_price=None, max_price=None) != CatalogueFilter()


def _key(wanted: CatalogueFilter, terms: SearchTerms | None) -> Hashable | None:
    """Identifies a query whose matches depend on products alone; else None."""
    if wanted.in_stock is not None or wanted.low_stock is not None:
        return None
    # A search and a list differ in what they match.
    return (wanted, terms and terms.key)


def _narrowed(query: Select[Product], wanted: CatalogueFilter) -> Select[Product]:
    if wanted.category is not None:
        query = query.where(
            func.lower(Product.category.collate(UNICODE))
            == func.lower(literal(wanted.category).collate(UNICODE))
        )
    if wanted.min_price is not None:
        query = query.where(Product.price >= wanted.min_price)
    if wanted.max_price is not None:
        query = query.where(Product.price <= wanted.max_price)
    if wanted.owner_id is not None:
        query = query.where(Product.owner_id == wanted.owner_id)
    if wanted.in_stock is not None or wanted.low_stock is not None:
        query = query.join(Stock, Stock.product_id == Product.id)
        return query.where(*_stock_conditions(wanted))
    # An index has the few that have no stock. Their column would be read in each row.
    unstocked = aliased(Product)
    return query.where(
        Product.id.not_in(select(unstocked.id).where(~unstocked.is_stocked))
    )


def _stock_conditions(wanted: CatalogueFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions in the words of the indexes of `stock`."""
    yield Stock.is_offered == true()
    if wanted.in_stock is not None:
        is_in_stock = Stock.on_hand > Stock.reserved
        yield is_in_stock if wanted.in_stock else Stock.on_hand <= Stock.reserved
    if wanted.low_stock is not None:
        is_low = Stock.on_hand - Stock.reserved <= Stock.low_stock_threshold
        yield is_low if wanted.low_stock else ~is_low
