"""Pictures of goods, drawn as SVG from a few shapes in a small palette."""

from collections.abc import Callable
from urllib.parse import quote

from demo.pictures import (
    books,
    clothing,
    games,
    garden,
    kitchen,
    lighting,
    living,
    stationery,
)
from demo.pictures.shapes import PALETTE, oval, rect

Drawing = Callable[[str, str], list[str]]

BACKGROUNDS = {
    lighting: "#e8e2f0",
    kitchen: "#f6e6d3",
    books: "#dfe9e6",
    stationery: "#f3ead7",
    clothing: "#e4e9f2",
    garden: "#e6eedb",
    games: "#f5e0dc",
    living: "#ebe6dd",
}
SHADOW = "#00000018"

_drawings: dict[str, tuple[Drawing, str]] = {
    drawing.__name__.replace("_", " "): (drawing, background)
    for category, background in BACKGROUNDS.items()
    for drawing in category.DRAWINGS
}


def names() -> set[str]:
    return set(_drawings)


def svg(name: str, main: str, accent: str) -> str:
    """The drawing of that name, in two colours of the palette."""
    drawing, background = _drawings[name]
    shapes = [
        rect(0, 0, 100, 100, background),
        oval(50, 87, 36, 5, SHADOW),
        *drawing(PALETTE[main], PALETTE[accent]),
    ]
    inside = "".join(shapes)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{inside}</svg>"
    )


def address(picture: str) -> str:
    """The SVG as an address that is its own content."""
    return "data:image/svg+xml," + quote(picture, safe="/:=;,'()")
