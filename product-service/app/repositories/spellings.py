"""Finds the words that a misspelt word may mean."""

import re
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
# A typo is forgiven in so many letters side by side, or more.
FORGIVEN = 4
# A digit and a letter that look alike are often mistaken for each other.
_LOOK_ALIKE = (("o", "0"), ("l", "1"), ("i", "1"), ("s", "5"), ("b", "8"), ("z", "2"))
_DIGITS = re.compile("([0-9]+)")
_TO_DIGITS = str.maketrans(dict(_LOOK_ALIKE))
_TO_LETTERS = str.maketrans({digit: letter for letter, digit in _LOOK_ALIKE})

# A word, and its letters and digits in turn.
Split = tuple[str, list[str]]


async def find_spellings(
    session: AsyncSession, words: Sequence[str]
) -> Mapping[str, set[str]]:
    """Returns for each word the words that it may be a misspelling of.

    Other digits mean another product, and so do other letters in a short code. So a
    typo is forgiven in four letters or more that stand side by side (`iphnoe15`).
    Elsewhere in a word with digits only letters and digits that look alike are mistaken
    for each other: `WD-4O` means `WD-40`, and `RTX-4080` does not mean `RTX-4090`.
    """
    joined = [a + b for a, b in pairwise(words)]
    typed = {w for w in (*words, *joined) if 3 <= len(w) <= 31 and w.isalnum()}
    keys = {key for word in typed for key in _keys(word)}
    query = select(SearchWord.word).where(
        SearchWord.deletions.op("&&")(cast(sorted(keys), ARRAY(Text)))
    )
    found = (await session.scalars(query.limit(MAX_WORDS * 100))).all() if keys else []
    known = [(word, _DIGITS.split(word)) for word in found]
    alike = defaultdict(set)
    for i, word in enumerate(words):
        spellings = {word, *joined[max(i - 1, 0) : i + 1]}
        meant = {each for s in spellings & typed for each in _meant(s, known)}
        alike[word] = {*sorted(meant)[:MAX_ALTERNATIVES]}
        for spelling in spellings:
            alike[word].update(_with_look_alikes(spelling))
    return alike


def _keys(word: str) -> Iterator[str]:
    """Yields strings that are also deletions of a word that `word` may mean."""
    runs = _DIGITS.split(word)
    for n, run in enumerate(runs):
        if not _may_be_misspelt(run):
            continue
        variants = {run, *(run[:i] + run[i + 1 :] for i in range(len(run)))}
        # Words that differ by a swap around a letter share no deletion.
        variants |= {
            run[:i] + run[i : i + 3][::-1] + run[i + 3 :] for i in range(len(run) - 2)
        }
        yield from variants
        yield from ("".join((*runs[:n], v, *runs[n + 1 :])) for v in variants)


def _meant(word: str, known: Sequence[Split]) -> Iterator[str]:
    """Yields the known words that are one edit of letters side by side away."""
    runs = _DIGITS.split(word)
    # A query can have many runs, and be compared with many words.
    places = [n for n, run in enumerate(runs) if _may_be_misspelt(run)]
    if not places:
        return
    for each, meant in known:
        for n in places:
            # `iphone` is known with its digits, or alone and has them after a blank.
            letters = meant[n] if len(meant) == len(runs) else each
            if not _is_forgiven(runs[n], letters):
                continue
            others = "".join((*runs[:n], letters, *runs[n + 1 :]))
            if each in (others, letters):
                yield others


def _may_be_misspelt(run: str) -> bool:
    return len(run) >= FORGIVEN - 1 and run.isalpha()


def _is_forgiven(run: str, letters: str) -> bool:
    return (
        len(letters) >= FORGIVEN
        and abs(len(run) - len(letters)) <= 1
        and letters.isalpha()
        and within_one_edit(run, letters)
    )


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
