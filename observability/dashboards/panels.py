"""The elements of a dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Grafana's names for them."""

    GRAPH = "timeseries"
    NUMBER = "stat"
    TABLE = "table"
    LOGS = "logs"


@dataclass(frozen=True)
class Panel:
    """
    Attributes:
        unit: as Grafana calls it, such as `reqps`.
        expressions: by the legend of what they yield.
        exemplars: whether the traces behind the numbers are shown as dots.
    """

    kind: Kind
    title: str
    unit: str
    description: str
    expressions: Mapping[str, str]
    exemplars: bool = False


def graph(
    title: str,
    unit: str,
    description: str,
    expressions: Mapping[str, str],
    *,
    exemplars: bool = False,
) -> Panel:
    return Panel(Kind.GRAPH, title, unit, description, expressions, exemplars)


def number(title: str, unit: str, description: str, expression: str) -> Panel:
    return Panel(Kind.NUMBER, title, unit, description, {title: expression})


def numbers(
    title: str, unit: str, description: str, expressions: Mapping[str, str]
) -> Panel:
    """One number for each thing that the legend names."""
    return Panel(Kind.NUMBER, title, unit, description, expressions)


def table(title: str, unit: str, description: str, expression: str) -> Panel:
    return Panel(Kind.TABLE, title, unit, description, {title: expression})


def logs(title: str, description: str, query: str) -> Panel:
    """The lines that a LogQL query finds."""
    return Panel(Kind.LOGS, title, "short", description, {title: query})


@dataclass(frozen=True)
class Row:
    """Panels beside each other, as wide as there is room for."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Dashboard:
    """
    Attributes:
        uid: its file's name, and the end of its address.
        asks_for: variables that a person fills in, with what is in them at first.
    """

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    asks_for: Mapping[str, str] | None = None

    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for row in self.rows for panel in row.panels)
