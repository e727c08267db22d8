"""Content negotiation by the `Accept` and `Accept-Encoding` headers (RFC 9110)."""

import re
from collections.abc import Container

from starlette.types import Scope

from chassis import header_values

# Browsers send less. A longer header would only cost time.
MOST_BYTES = 1024
WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
BEST_FIRST = (b"br", b"gzip")


def prefers_html(scope: Scope) -> bool:
    """Returns whether a browser shows the response as a page.

    Programs such as curl accept everything, and do not name HTML.
    """
    accepted = weights(scope, b"accept")
    html = accepted.get(b"text/html", 0.0)
    return html > 0 and html >= accepted.get(b"application/json", 0.0)


def best_coding(scope: Scope, available: Container[bytes | None]) -> bytes | None:
    """Returns the coding in which the client gets a file; None for the file itself."""
    accepted = weights(scope, b"accept-encoding")
    for coding in BEST_FIRST:
        weight = accepted.get(coding, accepted.get(b"*", 0.0))
        if weight > 0 and coding in available:
            return coding
    return None


def weights(scope: Scope, name: bytes) -> dict[bytes, float]:
    """Returns the weight of each item in the header; 0 means that it is refused."""
    value = b",".join(header_values(scope, name))[:MOST_BYTES].lower()
    found: dict[bytes, float] = {}
    for item in value.split(b","):
        word, *parameters = (part.strip() for part in item.split(b";"))
        found[word] = 1.0
        for parameter in parameters:
            if parameter.startswith(b"q="):
                weight = WEIGHT.fullmatch(parameter)
                found[word] = float(weight[1]) if weight else 0.0
    return found
