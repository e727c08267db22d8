"""Finds the words that a misspelt word may mean."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from app.models.search_word import SearchWord

# Limits of one query: how many words count, and how many terms can match each.
MAX_WORDS = 12
MAX_ALTERNATIVES = 50
# A digit and a letter that look alike are often mistaken for each other.
_LOOK_ALIKE = (("o", "0"), ("l", "1"), ("i", "1"), ("s", "5"), ("b", "8"), ("z", "2"))
_TO_DIGITS = str.maketrans(dict(_LOOK_ALIKE))
_TO_LETTERS = str.maketrans({digit: letter for letter, digit in _LOOK_ALIKE})


async def find_spellings(
    session: AsyncSession, words: Sequence[str]
) -> Mapping[str, set[str]]:
    """Returns for each word the words that it may be a misspelling of.

    Other digits mean another product. So in a word with digits only letters and digits
    that look alike are mistaken for each other: `WD-4O` means `WD-40`, and `RTX-4080`
    does not mean `RTX-4090`.
    """
    joined = [a + b for a, b in pairwise(words)]
    typed = {w for w in (*words, *joined) if 3 <= len(w) <= 31 and w.isalpha()}
    keys = {w[:i] + w[i + 1 :] for w in typed for i in range(len(w))} | typed
    # Words that differ by a swap around a letter share no deletion.
    keys |= {
        w[:i] + w[i : i + 3][::-1] + w[i + 3 :]
        for w in typed
        for i in range(len(w) - 2)
    }
    query = select(SearchWord.word).where(
        SearchWord.deletions.op("&&")(cast(sorted(keys), ARRAY(Text)))
    )
    known = (await session.scalars(query.limit(MAX_WORDS * 100))).all() if keys else []
    alike = defaultdict(set)
    for i, word in enumerate(words):
        spellings = {word, *joined[max(i - 1, 0) : i + 1]} & typed
        meant = (k for k in known if any(within_one_edit(s, k) for s in spellings))
        alike[word] = {*sorted(meant)[:MAX_ALTERNATIVES]}
        for spelling in (word, *joined[max(i - 1, 0) : i + 1]):
            alike[word].update(_with_look_alikes(spelling))
    return alike


def _with_look_alikes(word: str) -> Iterator[str]:
    """Replaces letters that look like digits, or such digits: all of them, or one."""
    if not any(letter.isdigit() for letter in word) or len(word) > 31:
        return
    yield from (word.translate(_TO_DIGITS), word.translate(_TO_LETTERS))
    for one, other in (*_LOOK_ALIKE, *((b, a) for a, b in _LOOK_ALIKE)):
        for i in range(len(word)):
            if word[i] == one:
                yield word[:i] + other + word[i + 1 :]


def within_one_edit(one: str, other: str) -> bool:
    """Returns whether one edit makes one word the other.

    An edit drops, adds or replaces a letter, or swaps two: neighbours, or those around
    one letter (`vynil`).
    """
    short, long = sorted((one, other), key=len)
    same = next(
        (i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b),
        len(short),
    )
    short, long = short[same:], long[same:]
    if len(short) < len(long):
        return long[1:] == short
    if short[1:] == long[1:]:
        return True
    return any(short[:n] == long[n - 1 :: -1] and short[n:] == long[n:] for n in (2, 3))
