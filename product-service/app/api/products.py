"""The catalogue."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.deps import ProductsDep
from app.models.product import NotTheOwner, Product, ProductNotFound
from app.models.stock import StockLimitExceeded
from app.schemas.product import ProductCreate, ProductRead, ProductUpdate
from app.services.edit_product import edit_product, withdraw_product
from app.services.offer_product import offer_product
from chassis import (
    CurrentUser,
    DatabaseUnavailable,
    NotAllowed,
    PageDep,
    PathId,
    Text,
    describe_page,
    problems,
)

router = APIRouter(
    prefix="/products", tags=["products"], responses=problems(DatabaseUnavailable)
)


@router.get("", response_model=list[ProductRead])
async def list_products(
    request: Request,
    response: Response,
    page: PageDep,
    products: ProductsDep,
    category: Annotated[Text | None, Query(max_length=100)] = None,
    in_stock: Annotated[bool | None, Query(description="Can be ordered now")] = None,
) -> Sequence[Product]:
    """Lists the catalogue, newest first."""
    found = await products.list_page(page, category, in_stock)
    describe_page(request, response, found)
    return found.items


@router.get(
    "/{product_id}", response_model=ProductRead, responses=problems(ProductNotFound)
)
async def read_product(product_id: PathId, products: ProductsDep) -> Product:
    """Gives one product of the catalogue."""
    return await products.get(product_id)


@router.post(
    "", status_code=201, response_model=ProductRead, responses=problems(NotAllowed)
)
async def create_product(
    body: ProductCreate, user: CurrentUser, products: ProductsDep, response: Response
) -> Product:
    """Puts a product into the catalogue; whoever does so owns it."""
    product = await offer_product(products, user, body)
    response.headers["Location"] = f"/products/{product.id}"
    return product


_CHANGE_PROBLEMS = problems(
    NotAllowed, NotTheOwner, ProductNotFound, StockLimitExceeded
)


@router.put("/{product_id}", response_model=ProductRead, responses=_CHANGE_PROBLEMS)
@router.patch("/{product_id}", response_model=ProductRead, responses=_CHANGE_PROBLEMS)
async def change_product(
    product_id: PathId, body: ProductUpdate, user: CurrentUser, products: ProductsDep
) -> Product:
    """Changes the fields that are given, and no others."""
    return await edit_product(products, user, product_id, body)


@router.delete(
    "/{product_id}",
    status_code=204,
    responses=problems(NotAllowed, NotTheOwner, ProductNotFound),
)
async def delete_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> None:
    """Withdraws a product; its stock, its reservations and its orders stay."""
    await withdraw_product(products, user, product_id)
