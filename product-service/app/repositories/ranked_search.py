"""Pages of a search: tier by tier, each from the newest product to the oldest."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.match_counts import Matches, found_first
from app.repositories.offered import load_offered
from app.repositories.search_terms import SearchTerms
from app.schemas.catalogue import CatalogueFilter
from chassis import Id, Page, PageRequest, UnknownCursor

# So many products are looked through in the hope that many match.
NEWEST = 2_000
NEWEST_PER_SKIPPED = 20

Found = Sequence[Sequence[int]]
"""Tiers and ids of products."""


class SearchCursor(BaseModel):
    """The position at which a page ended.

    Attributes:
        search: fingerprint of the query and its filters.
        newest: the newest product when the first page was read: later ones do not
            change the list.
        tier, last: the tier and the id of the last product on the page.
    """

    search: str
    newest: Id
    tier: Annotated[int, Field(ge=0, le=10)]
    last: Id

    @classmethod
    def read(cls, cursor: str, search: str) -> "SearchCursor":
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            read = cls.model_validate_json(
                base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
            )
        except (ValueError, ValidationError) as error:
            raise _unknown() from error
        if read.search != search:
            raise _unknown()
        return read

    def __str__(self) -> str:
        encoded = base64.urlsafe_b64encode(self.model_dump_json().encode())
        return encoded.decode().rstrip("=")


def search_fingerprint(q: str, wanted: CatalogueFilter) -> str:
    return sha256(repr((q, wanted)).encode()).hexdigest()[:16]


def _unknown() -> UnknownCursor:
    return UnknownCursor(
        "take it from a Link header, and leave the search as it is", "cursor"
    )


def _ranked(found: CTE, here: SearchCursor, page: PageRequest) -> Select[int, int]:
    tier, product_id = found.c
    after = tuple_(tier, -product_id) > tuple_(literal(here.tier), literal(-here.last))
    rows = select(tier, product_id).where(after).order_by(tier, product_id.desc())
    return rows.offset(page.skip).limit(page.limit + 1)


class RankedSearch:
    """Ranks all matches if they can be counted. Of more matches it reads no more than a
    page shows: those of a tier from the newest on, and a tier only after the better
    ones."""

    def __init__(
        self,
        session: AsyncSession,
        query: Select[Product],
        terms: SearchTerms,
        find: Callable[..., Awaitable[Matches]],
    ) -> None:
        self._session = session
        self._query = query
        self._terms = terms
        self._tiers = terms.all()
        self._find = find

    async def list_page(self, page: PageRequest, search: str) -> Page[Product]:
        if page.cursor is None:
            newest = await self._session.scalar(select(func.max(Product.id))) or 1
            here = SearchCursor(search=search, newest=newest, tier=0, last=newest + 1)
        else:
            here = SearchCursor.read(page.cursor, search)
            if here.tier >= len(self._tiers):
                raise _unknown()
        self._query = self._query.where(Product.id <= here.newest)
        ranked = partial(_ranked, here=here, page=page)
        columns = (self._tier(), Product.id)
        matches = await self._find(self._all(), columns, ranked, newest=here.newest)
        found = matches.page
        if found is None:
            found = await self._read_tiers(page.skip, page.limit + 1, here)
        following = None
        if len(found) > page.limit:
            tier, last = found[page.limit - 1]
            cursor = here.model_copy(update={"tier": tier, "last": last})
            following = ("cursor", str(cursor))
        ids = [product_id for _, product_id in found[: page.limit]]
        shown = await load_offered(self._session, ids)
        return Page(shown, matches.total, following)

    def _all(self) -> Select[Product]:
        return self._query.where(or_(*self._terms.with_typos()))

    async def _read_tiers(self, skip: int, most: int, here: SearchCursor) -> Found:
        """Reads all tiers up to the first of which the newest products have enough."""
        enough = skip + most
        dense = await self._first_dense_tier(here, skip, enough)
        parts = []
        for tier in range(here.tier, len(self._tiers)):
            query, match = self._left(here, tier), self._only(tier)
            if tier == dense:
                newest = self._newest(query, skip, match.label("is_match"))
                ids = select(newest.c.id).where(newest.c.is_match).subquery()
            else:
                ids = select(found_first(query.where(match), Product.id)).subquery()
            rows = select(literal(tier).label("tier"), ids.c.id)
            parts.append(rows.order_by(ids.c.id.desc()).limit(enough))
            if tier == dense:
                break
        found = union_all(*parts).subquery()
        rows = select(found.c.tier, found.c.id)
        rows = rows.order_by(found.c.tier, found.c.id.desc())
        return await self._found(rows.offset(skip).limit(most))

    async def _first_dense_tier(
        self, here: SearchCursor, skip: int, enough: int
    ) -> int | None:
        counted = await self._count_newest(self._left(here, here.tier), skip)
        if counted.get(here.tier, 0) >= enough:
            return here.tier
        if here.last <= here.newest:
            # The page goes on below its cursor; the next tiers begin at the newest.
            counted = await self._count_newest(self._query, skip)
        tiers = range(here.tier + 1, len(self._tiers))
        return next((tier for tier in tiers if counted.get(tier, 0) >= enough), None)

    async def _count_newest(
        self, query: Select[Product], skip: int
    ) -> Mapping[int | None, int]:
        """Counts the newest products of each tier."""
        newest = self._newest(query, skip, self._tier())
        counts = select(newest.c.tier, func.count()).group_by(newest.c.tier)
        rows = await self._session.execute(counts)
        return {tier: count for tier, count in rows}  # noqa: C416

    def _left(self, here: SearchCursor, tier: int) -> Select[Product]:
        """The products that are left for a page to show of a tier."""
        if tier == here.tier:
            return self._query.where(Product.id < here.last)
        return self._query

    def _newest(
        self, query: Select[Product], skip: int, column: ColumnElement[Any]
    ) -> Subquery:
        rows = query.with_only_columns(Product.id, column).order_by(Product.id.desc())
        return rows.limit(NEWEST + NEWEST_PER_SKIPPED * skip).subquery()

    def _tier(self) -> ColumnElement[int]:
        tiers = case(*((match, n) for n, match in enumerate(self._tiers)))
        return tiers.label("tier")

    def _only(self, tier: int) -> ColumnElement[bool]:
        """Matches the products of a tier that no better one has."""
        better = self._tiers[max(tier - 1, 0) : tier]
        # Not only false: older rows may have no terms yet.
        return and_(self._tiers[tier], *(match.is_not(True) for match in better))

    async def _found(self, rows: Select[int, int]) -> Found:
        result = await self._session.execute(rows)
        return result.all()
