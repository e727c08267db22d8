"""An imported product without a stock record is in no list until it gets one."""

import httpx
import pytest
from sqlalchemy import delete, insert, text

from app.models.product import Product
from app.models.stock import Stock
from chassis import Database
from tests.factories import AS_OWNER, OWNER, offer

LISTS = [
    "/products?",
    "/products?sort=name&",
    "/products?sort=-price&",
    "/products?category=Light&",
    "/products?category=Light&sort=price&",
    "/products?min_price=1&sort=name&",
    "/products?in_stock=true&",
    "/products?low_stock=true&",
    "/products?q=lamp&",
    "/products?q=am&",
    "/products?q=lamp&in_stock=true&sort=-name&",
    "/products/search?q=lamp&",
    "/products/search?q=lmap&category=light&",
]


@pytest.fixture
async def stocked(client: httpx.AsyncClient, database: Database) -> set[int]:
    """Offers seven products; the first, two in the middle and the last lack a stock."""
    ids = [
        await offer(client, name=f"Lamp {n}", category="Light", quantity=quantity)
        for n, quantity in enumerate((0, 3, 0, 0, 3, 3))
    ]
    without = {ids[0], ids[2], ids[3]}
    imported = {
        "owner_id": OWNER,
        "name": "Lamp 6",
        "category": "Light",
        "price": 9,
        "is_stocked": text("DEFAULT"),
        "version": 1,
    }
    async with database.transaction() as session:
        await session.execute(delete(Stock).where(Stock.product_id.in_(without)))
        await session.execute(insert(Product).values(imported))
    return {*ids} - without


async def ids_on_all_pages(client: httpx.AsyncClient, path: str) -> list[int]:
    url, shown = f"{path}limit=1", list[int]()
    while url:
        page = await client.get(url)
        shown += [product["id"] for product in page.json()]
        url = page.links.get("next", {}).get("url", "")
    return shown


@pytest.mark.parametrize("path", LISTS)
async def test_lists_leave_out_products_without_stock(
    client: httpx.AsyncClient, stocked: set[int], path: str
) -> None:
    page = await client.get(path)
    assert page.headers["X-Total-Count"] == str(len(stocked))
    assert {product["id"] for product in page.json()} == stocked
    shown = await ids_on_all_pages(client, path)
    assert sorted(shown) == sorted(stocked)


async def test_imported_product_is_listed_once_it_has_stock(
    client: httpx.AsyncClient, stocked: set[int]
) -> None:
    imported = max(stocked) + 1
    body = {"product_id": imported, "quantity": 5}
    opened = await client.post("/inventory", json=body, headers=AS_OWNER)
    assert opened.status_code == 201, opened.text
    page = await client.get("/products")
    assert page.headers["X-Total-Count"] == str(len(stocked) + 1)
    assert page.json()[0]["id"] == imported
