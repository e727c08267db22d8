"""Compares queries of log lines, and what Alloy and Grafana read, with the registry."""

import re
from collections.abc import Iterable, Iterator

from observability.telemetry import registry

SELECTOR = re.compile(r"\{([^{}]*)\}")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
# In the text of a line: a field, and its value or a pattern for it.
FIELD = re.compile(r'"(\w+)": "([^"`]*)')
# After `| json`, as in `| json | level="error"`.
LABEL_FILTER = re.compile(r"\|\s*(\w+)\s*(?:=~|!~|!=|==|=)")
ALLOY_LABELS = re.compile(r"stage\.labels\s*\{\s*values\s*=\s*\{([^}]*)\}")


def log_query_problems(text: str) -> Iterator[str]:
    """
    Args:
        text: LogQL.
    """
    selector = SELECTOR.search(text)
    for label in LABEL.findall(selector[1] if selector else ""):
        if label not in registry.loki_labels():
            yield f"Loki has no label {label}: {text}"
    rest = text[selector.end() :] if selector else text
    for field in LABEL_FILTER.findall(rest):
        yield from _field_problems(field, "")
    yield from line_pattern_problems(rest)


def line_pattern_problems(text: str) -> Iterator[str]:
    """
    Args:
        text: a pattern for the text of a line, such as `"trace_id": "(\\w+)"`.
    """
    for field, value in FIELD.findall(text):
        yield from _field_problems(field, value)


def _field_problems(field: str, value: str) -> Iterator[str]:
    if field not in registry.log_fields():
        yield f"no line has the field {field}"
    known: Iterable[str] = {
        "level": registry.levels(),
        "event": registry.log_events(),
    }.get(field, ())
    if known:
        for word in re.findall(r"\w+", value):
            if word not in known:
                yield f"no line has the {field} {word}"


def alloy_labels(configuration: str) -> set[str]:
    """Returns the labels that Alloy gives to the lines."""
    blocks = ALLOY_LABELS.findall(configuration)
    return {label for block in blocks for label in re.findall(r"(\w+)\s*=", block)}
