"""Names the span of a query after what it does: `UPDATE orders`, `SELECT products`."""

import re
from collections.abc import Container
from functools import lru_cache

_CHANGE = re.compile(r'\b(INSERT|UPDATE|DELETE)(?:\s+INTO|\s+FROM)?\s+"?(\w+)')
_READ = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)')


class QueryNames:
    """
    Args:
        tables: the tables of the service. No name contains another word after the verb,
            so that there are few names, and `FOR UPDATE SKIP LOCKED` changes no table.
    """

    def __init__(self, tables: Container[str]) -> None:
        self._tables = tables
        self.of = lru_cache(maxsize=512)(self._name)

    def _name(self, statement: str) -> str:
        """Returns the first change in the statement, or else its first table.

        A statement of several parts begins with WITH, which says nothing.
        """
        for verb, table in _CHANGE.findall(statement):
            if table in self._tables:
                return f"{verb} {table}"
        verb = statement.split(maxsplit=1)[0].upper()
        verb = "SELECT" if verb == "WITH" else verb
        for table in _READ.findall(statement):
            if table in self._tables:
                return f"{verb} {table}"
        return verb
