"""Content negotiation by the `Accept` and `Accept-Encoding` headers (RFC 9110)."""

import re
from collections.abc import Container
from operator import itemgetter

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
    html = accepted.get(b"text/html", accepted.get(b"text/*", 0.0))
    others = accepted.get(b"application/*", accepted.get(b"*/*", 0.0))
    return html > 0 and html >= accepted.get(b"application/json", others)


def best_coding(scope: Scope, available: Container[bytes | None]) -> bytes | None:
    """Returns the coding that the client prefers, and of several the shortest; None for
    the file itself."""
    accepted = weights(scope, b"accept-encoding")
    others = accepted.get(b"*", 0.0)
    weighed = [(accepted.get(c, others), c) for c in BEST_FIRST if c in available]
    weight, coding = max(weighed, key=itemgetter(0), default=(0.0, None))
    is_preferred = weight > 0 and weight >= accepted.get(b"identity", 0.0)
    return coding if is_preferred else None


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
