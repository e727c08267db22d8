"""The stock of products, and how it came to be."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from app.api.deps import OwnedProduct, StocksDep
from app.models.product import NotTheOwner, ProductNotFound
from app.models.stock import (
    InsufficientStock,
    LedgerEntry,
    Stock,
    StockLimitExceeded,
)
from app.schemas.inventory import InventoryRead, LedgerEntryRead, StockChange
from app.services.change_stock import reduce, restock
from chassis import (
    DatabaseUnavailable,
    NotAllowed,
    PageDep,
    PathId,
    describe_page,
    problems,
)

router = APIRouter(
    prefix="/inventory/{product_id}",
    tags=["inventory"],
    responses=problems(DatabaseUnavailable, ProductNotFound),
)


@router.get("", response_model=InventoryRead)
async def read_inventory(product_id: PathId, stocks: StocksDep) -> Stock:
    """Says how much there is of a product, in the catalogue or withdrawn."""
    return await stocks.get(product_id)


@router.patch(
    "/restock",
    response_model=InventoryRead,
    responses=problems(NotAllowed, NotTheOwner, StockLimitExceeded),
)
async def restock_product(
    product: OwnedProduct, body: StockChange, stocks: StocksDep
) -> Stock:
    """Adds to what is on hand."""
    return await restock(stocks, product, body)


@router.patch(
    "/reduce",
    response_model=InventoryRead,
    responses=problems(NotAllowed, NotTheOwner, InsufficientStock),
)
async def reduce_product(
    product: OwnedProduct, body: StockChange, stocks: StocksDep
) -> Stock:
    """Takes away from what is available."""
    return await reduce(stocks, product, body)


@router.get(
    "/transactions",
    response_model=list[LedgerEntryRead],
    responses=problems(NotAllowed, NotTheOwner),
)
async def list_transactions(
    request: Request,
    response: Response,
    product: OwnedProduct,
    page: PageDep,
    stocks: StocksDep,
) -> Sequence[LedgerEntry]:
    """Lists every change of what is on hand, newest first."""
    found = await stocks.list_ledger(product.id, page)
    describe_page(request, response, found)
    return found.items
