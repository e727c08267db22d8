"""Routes of customers for the catalogue."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.copied_route import CopiedRoute, SharedResponse
from app.api.deps import IfNoneMatch, ListProductsDep, ReadProductDep, SearchProductsDep
from app.clients.cache import PageEntry
from app.errors import ProductNotFound
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from app.schemas.etag import is_known
from app.schemas.product import ProductRead
from chassis import (
    MAX_MONEY,
    SIGN_IN_OPTIONAL,
    AmountText,
    AuthenticationUnavailable,
    BearerToken,
    DatabaseUnavailable,
    NormalizedText,
    NotAuthenticated,
    Page,
    PageDep,
    PathId,
    RoleRequired,
    authenticated_user,
    describe_page,
    problems,
)

router = APIRouter(
    prefix="/products",
    tags=["products"],
    responses=problems(DatabaseUnavailable),
    route_class=CopiedRoute,
)

Price = Annotated[AmountText, Query(ge=0, le=MAX_MONEY, examples=["9"])]
SORT = (
    "`newest` first, by `price` or `name`, or backwards by `-price` or `-name`; "
    "a cursor is good for the order that it was taken from"
)


async def _owner_id(
    request: Request,
    token: BearerToken,
    owner: Annotated[
        Literal["me"] | None,
        Query(description="`me`: the caller's own products; needs an access token"),
    ] = None,
) -> int | None:
    if owner is None:
        return None
    return (await authenticated_user(request, token)).user_id


async def _catalogue_filter(
    owner_id: Annotated[int | None, Depends(_owner_id)],
    category: Annotated[NormalizedText | None, Query(max_length=100)] = None,
    min_price: Price | None = None,
    max_price: Price | None = None,
    in_stock: Annotated[bool | None, Query(description="Can be ordered now")] = None,
    low_stock: Annotated[
        bool | None,
        Query(
            description="Products whose available stock is at or below their threshold"
        ),
    ] = None,
) -> CatalogueFilter:
    return CatalogueFilter(
        None, category or None, min_price, max_price, in_stock, owner_id, low_stock
    )


FilterDep = Annotated[CatalogueFilter, Depends(_catalogue_filter)]


_OWNER_PROBLEMS = problems(NotAuthenticated, RoleRequired, AuthenticationUnavailable)


@router.get(
    "",
    response_model=list[ProductRead],
    responses=_OWNER_PROBLEMS,
    openapi_extra=SIGN_IN_OPTIONAL,
)
async def list_products(
    request: Request,
    service: ListProductsDep,
    page: PageDep,
    wanted: FilterDep,
    q: Annotated[
        NormalizedText | None,
        Query(
            max_length=200,
            description="Words, or a part of the name; "
            "`GET /products/search` ranks the best first and forgives typos",
        ),
    ] = None,
    sort: Annotated[CatalogueOrder, Query(description=SORT)] = CatalogueOrder.NEWEST,
) -> Response:
    """Lists the catalogue, by default newest first."""
    wanted = replace(wanted, q=q or None)
    return _page(request, await service.list(wanted, sort, page), wanted)


@router.get(
    "/search",
    response_model=list[ProductRead],
    responses=_OWNER_PROBLEMS,
    openapi_extra=SIGN_IN_OPTIONAL,
)
async def search_products(
    request: Request,
    service: SearchProductsDep,
    q: Annotated[
        NormalizedText, Query(min_length=1, max_length=200, examples=["desk lmap"])
    ],
    page: PageDep,
    wanted: FilterDep,
) -> Response:
    """Finds products by words and parts of words, best match first; forgives typos."""
    return _page(request, await service.search(q, wanted, page), wanted)


_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client's copy is up to date"}
}


@router.get(
    "/{product_id}",
    response_model=ProductRead,
    responses=problems(ProductNotFound) | _NOT_MODIFIED,
)
async def read_product(
    product_id: PathId, service: ReadProductDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns a product of the catalogue."""
    entry = await service.read(product_id)
    headers = {"ETag": entry.etag, "Cache-Control": "no-cache"}
    if is_known(entry.etag, if_none_match):
        return Response(status_code=304, headers=headers)
    return SharedResponse(entry.body, media_type="application/json", headers=headers)


def _page(request: Request, entry: PageEntry, wanted: CatalogueFilter) -> Response:
    # A list of the caller's own products depends on the token, not only on the query.
    kind = SharedResponse if wanted.owner_id is None else Response
    response = kind(entry.body, media_type="application/json")
    describe_page(request, response, Page((), entry.total, entry.following))
    return response
