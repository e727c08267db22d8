"""Links from a trace to Jaeger and Loki, if they run."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

JAEGER = "http://localhost:16686"
LOKI = "http://localhost:3100"


@dataclass(frozen=True)
class Elsewhere:
    """
    Attributes:
        jaeger, loki: its URL; None if it does not answer.
    """

    jaeger: str | None
    loki: str | None

    def spans_of(self, trace_id: str) -> Iterator[str]:
        """Yields the address of the trace."""
        if self.jaeger is not None:
            yield f"{self.jaeger}/trace/{trace_id}"

    def lines_of(self, query: str) -> Iterator[str]:
        """Yields the command that asks Loki, which has no page of its own.

        Args:
            query: LogQL.
        """
        if self.loki is not None:
            url = f"{self.loki}/loki/api/v1/query_range"
            yield f"curl -sG {url} --data-urlencode {shlex.quote(f'query={query}')}"


def found() -> Elsewhere:
    jaeger = os.environ.get("JAEGER_URL", JAEGER)
    loki = os.environ.get("LOKI_URL", LOKI)
    return Elsewhere(_if_it_answers(jaeger), _if_it_answers(loki))


def _if_it_answers(url: str) -> str | None:
    try:
        httpx.get(url, timeout=2, trust_env=False)
    except httpx.TransportError:
        return None
    return url
