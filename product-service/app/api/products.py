"""Routes of sellers for the catalogue."""

from fastapi import APIRouter, Response

from app.api.answer_once import IDEMPOTENCY_ERRORS, OfferOnceDep, respond
from app.api.deps import EditProductDep, IfMatch, OfferProductDep, WithdrawProductDep
from app.errors import NotTheOwner, ProductChanged, ProductNotFound, StockLimitExceeded
from app.models.edition import FIRST_EDITION
from app.schemas.etag import accepted_editions, etag_of
from app.schemas.product import ProductCreate, ProductRead, ProductUpdate
from chassis import CurrentUser, ExactNumbersRoute, PathId, RoleRequired, problems

router = APIRouter(
    prefix="/products",
    tags=["products"],
    responses=problems(RoleRequired),
    route_class=ExactNumbersRoute,
)


@router.post(
    "",
    status_code=201,
    response_model=ProductRead,
    responses=problems(*IDEMPOTENCY_ERRORS),
)
async def create_product(
    body: ProductCreate,
    user: CurrentUser,
    service: OfferProductDep,
    once: OfferOnceDep,
) -> Response:
    """Creates a product; the caller becomes its owner."""

    async def create() -> Response:
        product = await service.offer(user, body)
        location = f"/products/{product.id}"
        headers = {"Location": location, "ETag": etag_of(FIRST_EDITION)}
        return respond(product, 201, headers)

    return await once.answer(body, create)


_CHANGE_PROBLEMS = problems(
    NotTheOwner, ProductNotFound, ProductChanged, StockLimitExceeded
)


@router.put("/{product_id}", responses=_CHANGE_PROBLEMS)
@router.patch("/{product_id}", responses=_CHANGE_PROBLEMS)
async def change_product(
    product_id: PathId,
    body: ProductUpdate,
    user: CurrentUser,
    service: EditProductDep,
    response: Response,
    if_match: IfMatch = None,
) -> ProductRead:
    """Changes the fields that are present."""
    accepted = accepted_editions(if_match)
    product = await service.edit(product_id, user, body, accepted)
    response.headers["ETag"] = etag_of(product.edition)
    return ProductRead.model_validate(product)


@router.delete(
    "/{product_id}",
    status_code=204,
    responses=problems(NotTheOwner, ProductNotFound, ProductChanged),
)
async def delete_product(
    product_id: PathId,
    user: CurrentUser,
    service: WithdrawProductDep,
    if_match: IfMatch = None,
) -> None:
    """Withdraws a product; its stock, reservations and orders stay."""
    await service.withdraw(product_id, user, accepted_editions(if_match))
