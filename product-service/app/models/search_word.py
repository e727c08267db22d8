"""A word that names, categories or tags of products have had."""

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class SearchWord(Base):
    """One folded word, which a trigger of `products` stores.

    Attributes:
        deletions: the word, and the word without each of its letters in turn: two
            words that differ by one edit share at least one. Empty for a word in which
            no typo is forgiven.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        Index("ix_search_words_deletions", "deletions", postgresql_using="gin"),
        Index(
            "ix_search_words_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    deletions: Mapped[list[str]] = mapped_column(ARRAY(Text))
