"""The goods of the demo, and how they are offered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tools.client.generated.product_service import ProductCreate
from tools.client.services import Services

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

    def offer(self) -> ProductCreate:
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
    """Returns one of each category in turn, so that the newest are of many kinds."""
    turns = [
        (turn, Goods(seller=shelf["seller"], category=file.stem, **goods))
        for file in sorted(CATALOGUE.glob("*.toml"))
        for shelf in [tomllib.loads(file.read_text())]
        for turn, goods in enumerate(shelf["goods"])
    ]
    return [goods for _, goods in sorted(turns, key=lambda pair: pair[0])]


async def find_offered(
    services: Services, goods: list[Goods], user_ids: Mapping[str, int]
) -> dict[str, int]:
    """Returns the product ids of the goods that are in the catalogue, by name."""
    products, listed = services.products, {}
    for category in {piece.category for piece in goods}:
        first = await products.list_products(category=category, limit=100)
        async for product in products.every(first):
            listed[product["owner_id"], product["name"]] = product["id"]
    wanted = {(user_ids[piece.seller], piece.name) for piece in goods}
    return {name: listed[owner, name] for owner, name in wanted & listed.keys()}


async def offer(services: Services, piece: Goods, seller_token: str) -> int:
    """Returns the id of the new product."""
    products = services.products.signed_in(seller_token)
    return (await products.create_product(piece.offer())).expect(201)["id"]
