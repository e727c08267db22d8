"""Pages of a search: tier by tier, each from the newest product to the oldest."""

import base64
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.search_terms import SearchTerms
from app.schemas.catalogue import CatalogueFilter
from chassis import EXACT_COUNT, Id, Page, PageRequest, UnknownCursor


class SearchCursor(BaseModel):
    """Where a page ended.

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


class RankedSearch:
    """Ranks without looking at more matches than a page shows: the matches of a tier
    are read from their newest on, and a tier only after those before it."""

    def __init__(
        self, session: AsyncSession, query: Select[Product], terms: SearchTerms
    ) -> None:
        self._session = session
        self._query = query
        self._tiers = terms.all()

    async def fetch_page(self, page: PageRequest, search: str) -> Page[Product]:
        if page.cursor is None:
            newest = await self._session.scalar(select(func.max(Product.id))) or 1
            here = SearchCursor(search=search, newest=newest, tier=0, last=newest + 1)
        else:
            here = SearchCursor.read(page.cursor, search)
        self._query = self._query.where(Product.id <= here.newest)
        total = await self._count(
            self._query.where(or_(*self._tiers[-2:])), EXACT_COUNT + 1
        )
        found = await self._read(page.skip, page.limit + 1, here)
        following = None
        if len(found) > page.limit:
            tier, last = found[page.limit - 1]
            cursor = here.model_copy(update={"tier": tier, "last": last.id})
            following = ("cursor", str(cursor))
        shown = [product for _, product in found[: page.limit]]
        return Page(shown, total, following)

    async def _read(
        self, skip: int, most: int, here: SearchCursor
    ) -> list[tuple[int, Product]]:
        found: list[tuple[int, Product]] = []
        for tier in range(here.tier, len(self._tiers)):
            query = self._only(tier)
            if tier == here.tier:
                query = query.where(Product.id < here.last)
            rows = query.order_by(Product.id.desc())
            rows = rows.offset(skip).limit(most - len(found))
            products = (await self._session.scalars(rows)).all()
            found += [(tier, product) for product in products]
            if len(found) == most:
                break
            if skip:
                skip = 0 if products else skip - await self._count(query, skip)
        return found

    def _only(self, tier: int) -> Select[Product]:
        """The products of a tier that no better one has."""
        query = self._query.where(self._tiers[tier])
        better = self._tiers[max(tier - 1, 0) : tier]
        # Not only false: older rows may have no terms yet.
        return query.where(*(match.is_not(True) for match in better))

    async def _count(self, query: Select[Product], most: int) -> int:
        rows = query.with_only_columns(Product.id).limit(most).subquery()
        counted = await self._session.scalar(select(func.count()).select_from(rows))
        return counted or 0
