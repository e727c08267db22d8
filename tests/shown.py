"""Compares an answer with the one that a document shows."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

ANYTHING = "…"
# Fields whose values the platform generates.
VARIES = re.compile(r"(^|_)(id|at|cursor)$")


def differences(shown: str, answered: str) -> list[str]:
    """Returns the differences from the document.

    Both are JSON values, one after another. In the document, each value begins a
    line, and its other lines are indented. `…` stands for anything: a value, a part of
    a text, more fields of an object, more elements of a list. Everything else must be
    equal, except ids, times and cursors, which need only have the same type.
    """
    expected = [yaml.safe_load(part) for part in re.split(r"\n(?=[^\s\]}])", shown)]
    return list(_between(expected, list(_values(answered)), "answer", ""))


def _values(text: str) -> Iterator[Any]:
    """Raises a ValueError if the text is not JSON."""
    rest = text.strip()
    while rest:
        value, end = json.JSONDecoder().raw_decode(rest)
        yield value
        rest = rest[end:].lstrip()


def _between(shown: Any, real: Any, place: str, name: str) -> Iterator[str]:
    if shown == ANYTHING:
        return
    if isinstance(shown, dict) and isinstance(real, dict):
        yield from _between_objects(shown, real, place)
    elif isinstance(shown, list) and isinstance(real, list):
        yield from _between_lists(shown, real, place)
    elif not _is_alike(shown, real, VARIES.search(name) is not None):
        yield f"{place} is {real!r}, and not {shown!r}"


def _between_objects(
    shown: dict[str, Any], real: dict[str, Any], place: str
) -> Iterator[str]:
    names = shown.keys() - {ANYTHING}
    if lost := names - real.keys():
        yield f"{place} has no {sorted(lost)}"
    if ANYTHING not in shown and (more := real.keys() - names):
        yield f"{place} also has {sorted(more)}"
    for name in names & real.keys():
        yield from _between(shown[name], real[name], f"{place}.{name}", name)


def _between_lists(shown: list[Any], real: list[Any], place: str) -> Iterator[str]:
    first = [value for value in shown if value != ANYTHING]
    if len(real) < len(first) or (first == shown and len(real) > len(first)):
        yield f"{place} has {len(real)} elements"
    for index, (one, other) in enumerate(zip(first, real, strict=False)):
        yield from _between(one, other, f"{place}[{index}]", "")


def _is_alike(shown: Any, real: Any, varies: bool) -> bool:
    if varies:
        return type(shown) is type(real)
    if isinstance(shown, str) and isinstance(real, str):
        pattern = re.escape(shown).replace(ANYTHING, ".*")
        return re.fullmatch(pattern, real, re.DOTALL) is not None
    return bool(shown == real)
