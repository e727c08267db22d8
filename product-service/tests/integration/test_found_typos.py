"""A search finds nearly all misspelt names."""

import random

from sqlalchemy import text

from app.repositories.catalogue import Catalogue
from app.repositories.match_counts import MatchCounts
from app.schemas.catalogue import CatalogueFilter
from chassis import Database, Deadline, PageRequest

KINDS = (
    "Ceramic Wireless Folding Leather Bamboo Portable Vintage Stainless Organic Winter"
    " Electric Magnetic Scented Padded Striped Insulated Adjustable Rustic Compact"
    " Solar"
)
THINGS = (
    "Teapot Headphones Backpack Blender Notebook Umbrella Candle Raincoat Keyboard"
    " Cushion Screwdriver Toaster Bracelet Trousers Telescope Hammock Lantern Kettle"
    " Wardrobe Sandals"
)
NAMES = [f"{kind} {thing}" for kind in KINDS.split() for thing in THINGS.split()]
# Of 400 names, so many may be missed.
MISSED = 4


def swapped(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def doubled(word: str, at: int) -> str:
    return word[:at] + word[at] + word[at:]


def replaced(word: str, at: int) -> str:
    return word[:at] + "q" + word[at + 1 :]


def misspelt(name: str, number: int) -> str:
    """The name with a typo in one of its words: each kind of typo in turn."""
    choice = random.Random(number)
    typo = (swapped, dropped, doubled, replaced)[number % 4]
    words = name.split()
    place = choice.randrange(len(words))
    words[place] = typo(words[place], choice.randrange(len(words[place]) - 1))
    return " ".join(words)


async def test_misspelt_names_are_found(database: Database) -> None:
    async with database.transaction(Deadline.after(300)) as session:
        store = text(
            "INSERT INTO products (owner_id, name, price, tags, version)"
            " SELECT 1, name, 1, '{}', 1 FROM unnest(CAST(:names AS text[])) AS name"
        )
        await session.execute(store, {"names": NAMES})
        await session.execute(
            text(
                "INSERT INTO stock (product_id, on_hand, reserved)"
                " SELECT id, 1, 0 FROM products"
            )
        )
        catalogue = Catalogue(session, MatchCounts())
        missed = [
            q
            for number, name in enumerate(NAMES)
            if await first_of(catalogue, q := misspelt(name, number)) != name
        ]
    assert len(missed) <= MISSED, missed


async def first_of(catalogue: Catalogue, q: str) -> str | None:
    page = await catalogue.list_found(q, CatalogueFilter(), PageRequest(0, 1))
    return page.items[0].name if page.items else None
