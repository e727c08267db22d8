"""Checks whether the code of a release can run on the schema of the next one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis.testing._stores import temporary_database

COLUMNS = """
    SELECT class.relname, attname, format_type(atttypid, atttypmod), attnotnull,
        atthasdef OR attidentity <> ''
    FROM pg_attribute JOIN pg_class class ON class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
        AND attnum > 0 AND NOT attisdropped
"""
# Code recognises conflicts by the names of unique indexes, and uses no other names.
RULES = """
    WITH rules (relation, name, says, numbers) AS (
        SELECT conrelid, conname, pg_get_constraintdef(oid), conkey
        FROM pg_constraint WHERE contype IN ('c', 'f', 'x')
        UNION ALL
        SELECT indrelid, relname, pg_get_indexdef(indexrelid), indkey::int2[]
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisunique
        UNION ALL
        SELECT tgrelid, tgname, pg_get_triggerdef(oid), '{}'
        FROM pg_trigger WHERE NOT tgisinternal
    )
    SELECT relname, says, name, ARRAY(
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = relation AND attnum = ANY(numbers)
    )
    FROM rules JOIN pg_class ON pg_class.oid = relation
    WHERE relnamespace = 'public'::regnamespace
"""


class Column(NamedTuple):
    type: str
    required: bool
    has_default: bool


@dataclass(frozen=True)
class Rule:
    """A rule for the rows of a table: a check, a key or a trigger."""

    table: str
    says: str
    name: str = field(compare=False)
    # None are known where it is about an expression, or is a trigger.
    columns: frozenset[str] = field(compare=False)


@dataclass(frozen=True)
class Schema:
    columns: dict[tuple[str, str], Column]
    rules: frozenset[Rule]

    @classmethod
    def of(cls, connection: psycopg.Connection[Any]) -> "Schema":
        columns = {
            (table, name): Column(*facts)
            for table, name, *facts in connection.execute(COLUMNS)
        }
        rules = frozenset(
            Rule(table, says, name, frozenset(columns))
            for table, says, name, columns in connection.execute(RULES)
        )
        return cls(columns, rules)

    def of_table(self, table: str) -> set[str]:
        return {name for of, name in self.columns if of == table}


def noticed(old: Schema, new: Schema) -> list[str]:
    """Returns the differences that code for the old schema would notice in the new one.

    Such code reads and writes the old columns only: all of them must exist and mean the
    same, and no new rule may reject the rows that it writes.
    """
    return sorted({*_changed(old, new), *_demanded(old, new)})


def noticed_by_the_release_before(config: Config) -> list[str]:
    """Returns, for each revision, what code for the revision before it would notice."""
    revisions = [
        r.revision for r in ScriptDirectory.from_config(config).walk_revisions()
    ]
    with temporary_database() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url)
        schemas = [(name, _upgraded(config, name, url)) for name in reversed(revisions)]
    return [
        f"{revision}: {what}"
        for (_, old), (revision, new) in pairwise(schemas)
        for what in noticed(old, new)
    ]


def _upgraded(config: Config, revision: str, url: str) -> Schema:
    command.upgrade(config, revision)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return Schema.of(connection)


def _changed(old: Schema, new: Schema) -> Iterator[str]:
    for (table, name), before in old.columns.items():
        after = new.columns.get((table, name))
        if after is None:
            yield f"{table}.{name} is gone"
            continue
        if after.type != before.type:
            yield f"{table}.{name} was {before.type} and is {after.type}"
        if after.required != before.required:
            now = "is required" if after.required else "may be null"
            yield f"{table}.{name} {now}"
        if before.has_default and not after.has_default:
            yield f"{table}.{name} no longer has a default"
    for rule in old.rules - new.rules:
        yield f"{rule.table} no longer has {rule.name}"


def _demanded(old: Schema, new: Schema) -> Iterator[str]:
    for (table, name), column in new.columns.items():
        known = old.of_table(table)
        must_be_given = column.required and not column.has_default
        if known and name not in known and must_be_given:
            yield f"{table}.{name} is new and has to be given"
    for rule in new.rules - old.rules:
        known = old.of_table(rule.table)
        if known and (not rule.columns or rule.columns & known):
            yield f"{rule.table} demands {rule.name}"
