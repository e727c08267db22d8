"""The entries of the registry."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

# Prometheus adds these to each series, from its own configuration.
TARGET_LABELS = frozenset({"job", "service", "instance"})
SERIES_OF_HISTOGRAM = ("_bucket", "_count", "_sum")


@dataclass(frozen=True)
class Metric:
    """
    Attributes:
        services: the services that emit it; empty for a metric of another program.
        labels: the possible values of each, or a sentence about them.
        source: the program that emits it, if it is none of the services.
    """

    name: str
    type: str
    unit: str
    meaning: str
    services: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...] | str]
    source: str = ""

    @property
    def series(self) -> frozenset[str]:
        if self.type != "histogram":
            return frozenset({self.name})
        return frozenset(f"{self.name}{end}" for end in SERIES_OF_HISTOGRAM)

    @property
    def series_labels(self) -> frozenset[str]:
        bucket = {"le"} if self.type == "histogram" else set[str]()
        return frozenset({*self.labels, *bucket}) | TARGET_LABELS


@dataclass(frozen=True)
class LogEvent:
    """
    Attributes:
        places: the services that log it, or the chassis.
        fields: those besides the fields of every line.
    """

    name: str
    level: str
    meaning: str
    places: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """
    Attributes:
        key: its name in the registry.
        name: its name in a trace, with a word in braces for each variable part.
        source: the place in the sources, or the library that emits it.
        may_have: attributes that only some of these spans have.
    """

    key: str
    name: str
    kind: str
    meaning: str
    source: str
    services: tuple[str, ...]
    attributes: tuple[str, ...]
    may_have: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        words = re.split(r"\{\w+\}", self.name)
        return re.compile(r"\S+(?: \S+)*".join(map(re.escape, words)))

    def matches(self, name: str, kind: str, attributes: Collection[str]) -> bool:
        """Returns whether it is a span of this kind, with its attributes."""
        return (
            kind == self.kind
            and self.pattern.fullmatch(name) is not None
            and set(self.attributes) <= set(attributes)
            and set(attributes) <= {*self.attributes, *self.may_have}
        )
