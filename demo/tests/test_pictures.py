"""What the pictures are, whatever they show."""

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from demo import pictures
from demo.goods import load_goods


def drawn(name: str) -> str:
    return pictures.svg(name, "clay", "brass")


@pytest.mark.parametrize("name", sorted(pictures.names()))
def test_a_picture_is_svg_that_scales(name: str) -> None:
    picture = ElementTree.fromstring(drawn(name))  # noqa: S314 - our own
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.get("viewBox") == "0 0 100 100"


def test_no_two_drawings_are_the_same() -> None:
    assert len({drawn(name) for name in pictures.names()}) == len(pictures.names())


def test_an_address_contains_the_whole_picture() -> None:
    kind, _, content = pictures.address(drawn("teapot")).partition(",")
    assert kind == "data:image/svg+xml"
    assert unquote(content) == drawn("teapot")


def test_every_drawing_shows_something_that_is_for_sale() -> None:
    assert {piece.picture[0] for piece in load_goods()} == pictures.names()
