"""The names in a PromQL expression: series, matchers and labels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|=~|!~|!=|==|>=|<=|[^\s\w]|[\d.]+\w*'
)
NAME = re.compile(r"[a-zA-Z_:][\w:]*$")
GROUPINGS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
AGGREGATIONS = frozenset({"sum", "min", "max", "avg", "count"})
OPERATORS = frozenset({"and", "or", "unless", "bool", "offset"})


@dataclass(frozen=True)
class Matcher:
    label: str
    operator: str
    value: str

    def accepts(self, value: str) -> bool:
        match self.operator:
            case "=" | "!=":
                return value == self.value
            case _:
                return re.fullmatch(self.value, value) is not None


@dataclass(frozen=True)
class Selector:
    series: str
    matchers: tuple[Matcher, ...] = ()


@dataclass
class Expression:
    """
    Attributes:
        grouped_by: the labels in `by`, `on` and the like.
        aggregates: whether only those labels remain.
    """

    selectors: list[Selector] = field(default_factory=list)
    grouped_by: set[str] = field(default_factory=set)
    aggregates: bool = False


def parse(text: str) -> Expression:
    tokens = TOKEN.findall(text)
    found = Expression()
    position = 0
    while position < len(tokens):
        token, following = tokens[position], tokens[position + 1 : position + 2]
        position += 1
        if token in GROUPINGS:
            names, position = _enclosed(tokens, position, "(", ")")
            found.grouped_by |= set(names) - {","}
        elif token in AGGREGATIONS:
            found.aggregates = True
        elif NAME.match(token) and token not in OPERATORS and following != ["("]:
            matchers, position = _enclosed(tokens, position, "{", "}")
            found.selectors.append(Selector(token, tuple(_matchers(matchers))))
        elif token == "{":  # noqa: S105
            raise ValueError(f"a selector without a name: {text}")
    return found


def _enclosed(
    tokens: list[str], start: int, opening: str, closing: str
) -> tuple[list[str], int]:
    """Returns the tokens in the brackets that begin here, and the position after."""
    if tokens[start : start + 1] != [opening]:
        return [], start
    end = tokens.index(closing, start)
    return tokens[start + 1 : end], end + 1


def _matchers(tokens: list[str]) -> Iterator[Matcher]:
    for label, operator, value in zip(
        tokens[0::4], tokens[1::4], tokens[2::4], strict=False
    ):
        yield Matcher(label, operator, value.strip('"').replace("\\\\", "\\"))
