"""The goods of the demo: what they are, and how they get into the catalogue."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.demo.clients import Doors, Headers, every, expect

CATALOGUE = Path(__file__).with_name("catalogue")
PICTURES = Path(__file__).with_name("pictures")


@dataclass(frozen=True)
class Goods:
    seller: str
    category: str
    name: str
    description: str
    price: str
    quantity: int
    tags: list[str]
    picture: str

    def offer(self) -> dict[str, Any]:
        """The body of `POST /products`."""
        return {
            "name": self.name,
            "description": self.description,
            "price": self.price,
            "quantity": self.quantity,
            "category": self.category,
            "tags": self.tags,
            "image_url": _data_url(PICTURES / self.picture),
        }


def _data_url(svg: Path) -> str:
    """Returns the drawing inline, without its indentation to stay within the limit."""
    lines = (line.strip() for line in svg.read_text().splitlines())
    return "data:image/svg+xml," + quote("".join(lines), safe="/:=;,'()")


def load_goods() -> list[Goods]:
    """One of each category in turn, so that the newest are of many kinds."""
    turns = [
        (turn, Goods(seller=shelf["seller"], category=file.stem, **goods))
        for file in sorted(CATALOGUE.glob("*.toml"))
        for shelf in [tomllib.loads(file.read_text())]
        for turn, goods in enumerate(shelf["goods"])
    ]
    return [goods for _, goods in sorted(turns, key=lambda pair: pair[0])]


def find_offered(
    doors: Doors, goods: list[Goods], user_ids: Mapping[str, int]
) -> dict[str, int]:
    """The ids of those that are in the catalogue, by name."""
    listed = {
        (product["owner_id"], product["name"]): product["id"]
        for category in {piece.category for piece in goods}
        for product in every(doors.products, "/products", category=category)
    }
    wanted = {(user_ids[piece.seller], piece.name) for piece in goods}
    return {name: listed[owner, name] for owner, name in wanted & listed.keys()}


def offer(doors: Doors, piece: Goods, seller: Headers) -> int:
    """Returns its id."""
    answer = doors.products.post("/products", json=piece.offer(), headers=seller)
    product_id: int = expect(answer, 201)["id"]
    return product_id
