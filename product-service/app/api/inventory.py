"""Routes for the stock of products and its ledger."""

from fastapi import APIRouter, Request, Response

from app.api.answer_once import IDEMPOTENCY_ERRORS, AnswerOnceDep, respond
from app.api.deps import (
    OpenStockDep,
    OwnedProduct,
    ReduceStockDep,
    RestockProductDep,
    SetLowStockThresholdDep,
    StocksDep,
)
from app.errors import (
    InsufficientStock,
    NotTheOwner,
    ProductNotFound,
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
    responses=problems(RoleRequired, NotTheOwner, StockRecordExists),
)
async def create_inventory(
    body: InventoryCreate,
    user: CurrentUser,
    service: OpenStockDep,
    response: Response,
) -> InventoryRead:
    """Creates the stock record of a product that has none, for imported products:
    `POST /products` creates one by itself."""
    stock = await service.open(user, body)
    response.headers["Location"] = f"/inventory/{stock.product_id}"
    return InventoryRead.model_validate(stock)


@router.get("/{product_id}")
async def read_inventory(
    product_id: PathId, stocks: StocksDep, response: Response
) -> InventoryRead:
    """Returns the stock of a product, even after it is withdrawn."""
    response.headers["Cache-Control"] = "no-store"
    return InventoryRead.model_validate(await stocks.get(product_id))


@router.patch(
    "/{product_id}",
    responses=_OWNERS,
)
async def adjust_inventory(
    product: OwnedProduct,
    body: InventoryUpdate,
    service: SetLowStockThresholdDep,
) -> InventoryRead:
    """Sets the threshold at which the owner is notified."""
    stock = await service.set(product, body)
    return InventoryRead.model_validate(stock)


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
    service: RestockProductDep,
    once: AnswerOnceDep,
) -> Response:
    """Adds to the stock on hand."""

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
    service: ReduceStockDep,
    once: AnswerOnceDep,
) -> Response:
    """Reduces the available stock."""

    async def reduce() -> Response:
        stock = await service.reduce(product, body)
        return respond(InventoryRead.model_validate(stock))

    return await once.answer(body, reduce)


@router.get(
    "/{product_id}/transactions",
    responses=_OWNERS,
)
async def list_transactions(
    request: Request,
    response: Response,
    product: OwnedProduct,
    page: PageDep,
    stocks: StocksDep,
) -> list[LedgerEntryRead]:
    """Lists every change of the stock on hand, newest first."""
    found = await stocks.list_ledger(product.id, page)
    describe_page(request, response, found)
    return [LedgerEntryRead.model_validate(entry) for entry in found.items]
