"""Names the section of RESULTS.md that explains each missed target."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


class Section(StrEnum):
    """Headings of RESULTS.md: each has a profile, and says what of it is not waste."""

    ANY_REQUEST = "What a request costs beside its work"
    NEW_PRODUCT = "What is left of `POST /products`"
    ORDER = "What an order costs"
    LOG_IN = "What a log-in costs beside bcrypt"
    MEMORY_AND_REST = "Memory and rest"
    GROWTH = "A thousand times as many products"
    STARTING = "Starting"


def explanations(missed: Mapping[str, Section | None]) -> Iterator[str]:
    """
    Args:
        missed: the section for each row that misses its target, if there is one.
    """
    for row, section in missed.items():
        where = f"{RESULTS.name}, {section}" if section else "not explained yet"
        yield f"  {row} missed its target: {where}"
