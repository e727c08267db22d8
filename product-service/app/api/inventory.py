"""The stock of products, and how it came to be."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from app.api.answer_once import IDEMPOTENCY_ERRORS, AnswerOnceDep, respond
from app.api.deps import (
    ChangeStockDep,
    OwnedProduct,
    ProductsDep,
    StocksDep,
)
from app.models.ledger_entry import LedgerEntry
from app.models.product import NotTheOwner, ProductNotFound
from app.models.stock import (
    InsufficientStock,
    Stock,
    StockLimitExceeded,
    StockRecordExists,
)
from app.schemas.inventory import (
    InventoryCreate,
    InventoryRead,
    InventoryUpdate,
    LedgerEntryRead,
    StockChange,
)
from app.services.open_stock import open_stock
from chassis import (
    CurrentUser,
    DatabaseUnavailable,
    PageDep,
    PathId,
    RoleRequired,
    describe_page,
    problems,
)

router = APIRouter(
    prefix="/inventory",
    tags=["inventory"],
    responses=problems(DatabaseUnavailable, ProductNotFound),
)

_OWNERS = problems(RoleRequired, NotTheOwner)


@router.post(
    "",
    status_code=201,
    response_model=InventoryRead,
    responses=problems(RoleRequired, NotTheOwner, StockRecordExists),
)
async def create_inventory(
    body: InventoryCreate,
    user: CurrentUser,
    products: ProductsDep,
    stocks: StocksDep,
    response: Response,
) -> Stock:
    """Creates the stock record of a product that has none, for imported products:
    `POST /products` creates one by itself."""
    stock = await open_stock(products, stocks, user, body)
    response.headers["Location"] = f"/inventory/{stock.product_id}"
    return stock


@router.get("/{product_id}", response_model=InventoryRead)
async def read_inventory(
    product_id: PathId, stocks: StocksDep, response: Response
) -> Stock:
    """Returns the stock of a product, even after it is withdrawn."""
    response.headers["Cache-Control"] = "no-store"
    return await stocks.get(product_id)


@router.patch(
    "/{product_id}",
    response_model=InventoryRead,
    responses=_OWNERS,
)
async def adjust_inventory(
    product: OwnedProduct, body: InventoryUpdate, service: ChangeStockDep
) -> Stock:
    """Sets the threshold at which the owner is notified."""
    return await service.adjust(product, body)


@router.patch(
    "/{product_id}/restock",
    response_model=InventoryRead,
    responses=problems(
        RoleRequired, NotTheOwner, StockLimitExceeded, *IDEMPOTENCY_ERRORS
    ),
)
async def restock_product(
    product: OwnedProduct,
    body: StockChange,
    service: ChangeStockDep,
    once: AnswerOnceDep,
) -> Response:
    """Adds to what is on hand."""

    async def restock() -> Response:
        stock = await service.restock(product, body)
        return respond(InventoryRead.model_validate(stock))

    return await once.answer(body, restock)


@router.patch(
    "/{product_id}/reduce",
    response_model=InventoryRead,
    responses=problems(
        RoleRequired, NotTheOwner, InsufficientStock, *IDEMPOTENCY_ERRORS
    ),
)
async def reduce_product(
    product: OwnedProduct,
    body: StockChange,
    service: ChangeStockDep,
    once: AnswerOnceDep,
) -> Response:
    """Reduces the available stock."""

    async def reduce() -> Response:
        stock = await service.reduce(product, body)
        return respond(InventoryRead.model_validate(stock))

    return await once.answer(body, reduce)


@router.get(
    "/{product_id}/transactions",
    response_model=list[LedgerEntryRead],
    responses=_OWNERS,
)
async def list_transactions(
    request: Request,
    response: Response,
    product: OwnedProduct,
    page: PageDep,
    stocks: StocksDep,
) -> Sequence[LedgerEntry]:
    """Lists every change of the stock on hand, newest first."""
    found = await stocks.list_ledger(product.id, page)
    describe_page(request, response, found)
    return found.items
