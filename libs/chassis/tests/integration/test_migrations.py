"""Differences that the code of a release would notice in a newer schema."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from chassis.testing import Schema, noticed, temporary_database

BEFORE = """
    CREATE TABLE authors (id bigint PRIMARY KEY);
    CREATE TABLE books (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        author_id bigint NOT NULL CONSTRAINT fk_books_author_id REFERENCES authors,
        title varchar(50) NOT NULL CONSTRAINT ck_books_title CHECK (title <> ''),
        subtitle varchar(50),
        language text NOT NULL DEFAULT 'en'
    );
    CREATE UNIQUE INDEX uq_books_title ON books (title);
    CREATE INDEX ix_books_language ON books (language);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RETURN NULL; END $$;
"""


Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def empty_database() -> Iterator[Connection]:
    with (
        temporary_database() as url,
        psycopg.connect(url.replace("+psycopg", "")) as connection,
    ):
        yield connection


@pytest.fixture
def books(empty_database: Connection) -> Iterator[Connection]:
    with empty_database.transaction(force_rollback=True):
        empty_database.execute(BEFORE)
        yield empty_database


def noticed_after(change: str, books: Connection) -> list[str]:
    old = Schema.of(books)
    books.execute(change)
    return noticed(old, Schema.of(books))


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE prices (id int NOT NULL UNIQUE, price int CHECK (price > 0))",
        "ALTER TABLE books ADD pages int",
        "ALTER TABLE books ADD pages int NOT NULL DEFAULT 1 CHECK (pages > 0) UNIQUE",
        "ALTER TABLE books ALTER subtitle SET DEFAULT ''",
        "ALTER TABLE books RENAME CONSTRAINT ck_books_title TO ck_books_has_title",
        "DROP INDEX ix_books_language; CREATE INDEX ON books (author_id)",
    ],
)
def test_additions_are_compatible(change: str, books: Connection) -> None:
    assert noticed_after(change, books) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("DROP TABLE books", "books.title is gone"),
        ("ALTER TABLE books DROP subtitle", "books.subtitle is gone"),
        ("ALTER TABLE books RENAME title TO name", "books.title is gone"),
        (
            "ALTER TABLE books ALTER title TYPE varchar(40)",
            "books.title was character varying(50) and is character varying(40)",
        ),
        ("ALTER TABLE books ALTER subtitle SET NOT NULL", "books.subtitle is required"),
        ("ALTER TABLE books ALTER title DROP NOT NULL", "books.title may be null"),
        (
            "ALTER TABLE books ALTER language DROP DEFAULT",
            "books.language no longer has a default",
        ),
        (
            "ALTER TABLE books ALTER id DROP IDENTITY",
            "books.id no longer has a default",
        ),
        (
            "ALTER TABLE books ADD pages int NOT NULL",
            "books.pages is new and has to be given",
        ),
        (
            "ALTER TABLE books ADD CONSTRAINT ck_language CHECK (language <> '')",
            "books demands ck_language",
        ),
        (
            "ALTER TABLE books ADD pages int,"
            " ADD CONSTRAINT ck_pages CHECK (pages > 0 OR title = '')",
            "books demands ck_pages",
        ),
        (
            "CREATE UNIQUE INDEX uq_lower_title ON books (lower(title))",
            "books demands uq_lower_title",
        ),
        ("DROP INDEX uq_books_title", "books no longer has uq_books_title"),
        (
            "ALTER INDEX uq_books_title RENAME TO uq_title",
            "books no longer has uq_books_title",
        ),
        (
            "ALTER TABLE books DROP CONSTRAINT fk_books_author_id",
            "books no longer has fk_books_author_id",
        ),
        (
            "CREATE TRIGGER refuse BEFORE INSERT ON books EXECUTE FUNCTION refuse()",
            "books demands refuse",
        ),
    ],
)
def test_change_that_breaks_previous_release_is_found(
    change: str, what: str, books: Connection
) -> None:
    assert what in noticed_after(change, books)
