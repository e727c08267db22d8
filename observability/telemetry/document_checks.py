"""Compares the names in a document with the registry."""

import re
from collections.abc import Iterator

from observability.telemetry import registry

NAMED = re.compile(r"\b(log\s+event|metric)s?\s+`(\w+)", re.IGNORECASE)
# `grep '"consumer_lost"'`
SEARCHED = re.compile(r"""'"(\w+)"'""")


def document_problems(text: str) -> Iterator[str]:
    for kind, name in NAMED.findall(text):
        known = (
            registry.metrics() if kind.lower() == "metric" else registry.log_events()
        )
        if name not in known:
            yield f"{kind} {name} is not in contracts/telemetry"
    for name in SEARCHED.findall(text):
        if name not in registry.log_events():
            yield f"log event {name} is not in contracts/telemetry"
