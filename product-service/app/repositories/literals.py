"""Finds names that contain a query as it was typed."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, any_, func, select

from app.models.product import Product
from app.repositories.spellings import MAX_ALTERNATIVES

# A shorter word stands for its parts only if it is the whole query.
SHORTEST_PART = 3
LONGEST_PART = 100
# So many products are looked through for characters that no index has, such as `C+`.
NEWEST = 10_000
# The index of names has every three letters of them.
_IN_AN_INDEX = re.compile(r"[^\W_]{3}")
# Up to here, letters are folded one by one, and have blanks between their words.
_END_OF_LATIN = "\u0250"


def is_in_an_index(q: str) -> bool:
    """Returns whether the index of names finds the names that contain `q`."""
    return _IN_AN_INDEX.search(q) is not None


def literals_of(q: str) -> list[ColumnElement[bool]]:
    contains_it = Product.name.icontains(q, autoescape=True)
    if is_in_an_index(q):
        return [contains_it]
    if q.isalnum():
        return []
    newest = select(Product.id, contains_it.label("contains_it"))
    newest = newest.where(Product.withdrawn_at.is_(None)).order_by(Product.id.desc())
    looked_through = newest.limit(NEWEST).subquery()
    found = select(looked_through.c.id).where(looked_through.c.contains_it)
    # An array is made once, and the index of ids finds what is in it.
    return [Product.id == any_(func.array(found.scalar_subquery()))]


def parts_suffice(
    q: str, words: Sequence[str], parts: Mapping[str, set[str]], ends: set[str]
) -> bool:
    """Returns whether parts of words find all names that contain `q` as it was typed.

    Such a name has each word of the query as a part of one of its own words, and all of
    its words are known, with up to `LONGEST_PART` letters. So nothing has to be looked
    up in the index of names, which takes longer than all else. That is necessary only
    for a word that has more parts than are sought, and for a short first or last word,
    whose parts are not sought. Letters beyond Latin are not folded one by one.

    Args:
        parts: the words that contain each word of the query.
        ends: the first and the last word of the query.
    """
    return max(q) < _END_OF_LATIN and all(
        len(parts[word]) < MAX_ALTERNATIVES
        and (len(word) >= SHORTEST_PART or word not in ends)
        and len(word) <= LONGEST_PART
        for word in words
    )
