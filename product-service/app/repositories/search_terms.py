"""Finds the terms that match each word of a query."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from sqlalchemy import ColumnElement, cast, false, literal_column, text
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models.product import Product
from app.repositories.literals import SHORTEST_PART, literals_of, parts_suffice
from app.repositories.spellings import MAX_ALTERNATIVES, MAX_WORDS, find_spellings

# The same expression as the index, so that PostgreSQL reads only the words of names.
NAME_TERMS = literal_column("ts_filter(products.terms, '{a}')", TSVECTOR)

_WORDS = text(
    """
    SELECT word, ARRAY(SELECT search_lexemes(word)) AS lexemes,
        ts_lexize('pg_catalog.english_stem', word) = '{}' AND length(word) > 1
            AS is_stop_word,
        EXISTS (SELECT FROM products WHERE terms IS NULL) AS some_lack_terms
    FROM unnest(string_to_array(search_fold(:q), ' ')) WITH ORDINALITY AS w (word, n)
    WHERE word <> '' ORDER BY n
    """
)
_PARTS = text(
    """
    SELECT sought, found.word FROM unnest(CAST(:words AS text[])) AS sought, LATERAL (
        SELECT word FROM search_words WHERE word LIKE '%' || sought || '%'
        ORDER BY length(word), word LIMIT :most
    ) AS found
    """
)


@dataclass(frozen=True)
class SearchTerms:
    """The tiers of a search, the best first; each contains those before it.

    Attributes:
        tiers: the whole name; words of the name; words of all fields; parts of words;
            words with a typo. Empty if the query has no word at all.
        literals: the query as it was typed, as a part of a name. Empty if parts of
            words find such names anyway.
        key: identifies these conditions; the same query has another key when other
            words are known.
    """

    tiers: Sequence[ColumnElement[bool]]
    literals: Sequence[ColumnElement[bool]]
    key: Hashable

    @classmethod
    async def of(cls, session: AsyncSession, q: str) -> Self:
        typed = (await session.execute(_WORDS, {"q": q})).all()
        # Stop words count only if there are no others.
        rows = [row for row in typed if not row.is_stop_word] or list(typed)
        rows = rows[:MAX_WORDS]
        if not rows:
            # Folding leaves nothing of some letters, such as U+0640.
            return cls((), literals_of(q) or [false()], (q,))
        words = [row.word for row in rows]
        exact = [
            {_lexeme(row.word, row.lexemes), _stem(row.word, row.lexemes), *joined}
            for row, joined in zip(rows, _joined_with_neighbours(words), strict=True)
        ]
        parts = await _parts(session, words)
        alike = await find_spellings(session, words)
        with_parts = [
            known | parts[word] for known, word in zip(exact, words, strict=True)
        ]
        ends = {typed[0].word, typed[-1].word}
        are_found = parts_suffice(q, words, parts, ends)
        literals = () if are_found and not typed[0].some_lack_terms else literals_of(q)
        with_typos = [
            known | {*map(_quoted, alike[word])}
            for known, word in zip(with_parts, words, strict=True)
        ]
        of_name = [_quoted("=" + " ".join(words)[:255]), _all_of(exact)]
        of_all = [_all_of(exact), _all_of(with_parts), _all_of(with_typos)]
        tiers = [
            *(_matches(NAME_TERMS, query) for query in of_name),
            *(_matches(Product.terms, query) for query in of_all),
        ]
        return cls(tiers, literals, (q, *of_all))

    def without_typos(self) -> list[ColumnElement[bool]]:
        return [*self.tiers[-2:-1], *self.literals]

    def with_typos(self) -> list[ColumnElement[bool]]:
        return [*self.tiers[-1:], *self.literals]

    def all(self) -> list[ColumnElement[bool]]:
        """The tiers; what has merely the same characters in its name comes last.

        As many as ever, so that a cursor remains good when the last one becomes empty.
        """
        if not self.tiers:
            return [*self.literals]
        return [*self.tiers, *(self.literals or [false()])]


def _joined_with_neighbours(words: Sequence[str]) -> list[set[str]]:
    """Each word as one with the word before and the word after it."""
    pairs = [_quoted(a + b) for a, b in pairwise(words)]
    return [set(pairs[max(i - 1, 0) : i + 1]) for i in range(len(words))]


def _lexeme(word: str, lexemes: Sequence[str]) -> str:
    # Only in a script without blanks a word's characters are lexemes of their own.
    if len(word) > 1 and word[0] in lexemes:
        return " & ".join(_quoted(pair) for pair in _pairs(word))
    return _quoted(word[:100])


def _stem(word: str, lexemes: Sequence[str]) -> str:
    is_unspaced = len(word) > 1 and word[0] in lexemes
    return _lexeme(word, lexemes) if is_unspaced else _quoted(min(lexemes, key=len))


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(min(len(word), 100) - 1)]


async def _parts(session: AsyncSession, words: Iterable[str]) -> dict[str, set[str]]:
    """By word, the words that contain it."""
    sought = [*words]
    if len(sought) > 1:
        sought = [word for word in sought if len(word) >= SHORTEST_PART]
    found = await session.execute(_PARTS, {"words": sought, "most": MAX_ALTERNATIVES})
    parts = defaultdict(set)
    for part, word in found:
        parts[part].add(_quoted(word))
    return parts


def _all_of(words: Iterable[set[str]]) -> str:
    return " & ".join(f"({_one_of(alternatives)})" for alternatives in words)


def _one_of(alternatives: set[str]) -> str:
    return " | ".join(f"({alternative})" for alternative in sorted(alternatives))


def _quoted(lexeme: str) -> str:
    # Folded text has neither quotes nor backslashes.
    return f"'{lexeme}'"


def _matches(
    terms: ColumnElement[Any] | InstrumentedAttribute[Any], query: str
) -> ColumnElement[bool]:
    matches: ColumnElement[bool] = terms.op("@@", is_comparison=True)(
        cast(query, TSQUERY)
    )
    return matches
