"""Tiers that are read one after the other give the pages of the full ranking."""

from collections.abc import Sequence

import httpx
import pytest

from app.repositories import match_counts, ranked_search
from app.repositories.catalogue import Catalogue
from app.repositories.match_counts import MatchCounts
from app.schemas.catalogue import CatalogueFilter
from chassis import Database, PageRequest
from tests.factories import offer

# One or more of each tier, and some that do not match.
NAMES = ("Desk lamp", "Lampshade", "Sofa", "Camp bed", "Floor lamp", "Chair")
EXACT = ("Lamp",) * 3
MATCHES = 3 * 5 + len(EXACT)
SKIPS = (0, 1, len(EXACT), MATCHES - 1)
PAGES = [(skip, limit) for limit in (1, 2, 5, MATCHES) for skip in SKIPS]


async def pages(
    database: Database, counts: MatchCounts, skip: int, limit: int
) -> Sequence[Sequence[int]]:
    """The ids of the products of all pages, from the first one on."""
    found: list[Sequence[int]] = []
    page: PageRequest | None = PageRequest(skip, limit)
    while page is not None:
        async with database.transaction() as session:
            shown = await Catalogue(session, counts).list_found(
                "lamp", CatalogueFilter(), page
            )
            found.append([product.id for product in shown.items])
        following = shown.following
        page = following and PageRequest(0, limit, following[1])
    return found


def parts(ranking: Sequence[int], skip: int, limit: int) -> Sequence[Sequence[int]]:
    return [ranking[at : at + limit] for at in range(skip, len(ranking), limit)]


@pytest.fixture
async def ranking(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Sequence[int]:
    """The ids of all matches, ranked together."""
    for name in (*NAMES, *EXACT, *NAMES, *NAMES):
        await offer(client, name=name, description="A lamp" if name == "Chair" else "")
    monkeypatch.setattr(match_counts, "EXACT_COUNT", 10_000)
    [ranking] = await pages(database, MatchCounts(), 0, MATCHES)
    assert len(ranking) == len(set(ranking)) == MATCHES
    return ranking


async def test_pages_of_the_full_ranking_are_its_parts(
    database: Database, ranking: Sequence[int]
) -> None:
    for skip, limit in PAGES:
        found = await pages(database, MatchCounts(), skip, limit)
        assert found == parts(ranking, skip, limit)


# The newest products have enough of a tier, of some tiers only, or of none.
@pytest.mark.parametrize("newest", [1, 3, 6, 2_000])
async def test_pages_of_tiers_are_those_of_the_full_ranking(
    database: Database,
    ranking: Sequence[int],
    monkeypatch: pytest.MonkeyPatch,
    newest: int,
) -> None:
    monkeypatch.setattr(match_counts, "EXACT_COUNT", 1)
    monkeypatch.setattr(ranked_search, "NEWEST", newest)
    for skip, limit in PAGES:
        found = await pages(database, MatchCounts(), skip, limit)
        assert found == parts(ranking, skip, limit)
