"""What the routes are handed."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.cache import Cache
from app.clients.redis_link import CacheAway
from app.models.product import Product
from app.repositories.invalidations import note_revisions
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.services.alert_low_stock import AlertLowStock
from app.services.browse import Browse
from app.services.change_stock import ChangeStock
from app.services.edit_product import EditProduct
from chassis import CurrentUser, PathId, SessionDep


async def _revisions(request: Request) -> AsyncIterator[dict[int, int]]:
    """What the request changes, by product. It is entered before the session, so that
    the cache is told after the commit, and before the answer: who has changed something
    sees it. The queue is for the case that this is in vain."""
    revisions: dict[int, int] = {}
    yield revisions
    if revisions:
        cache: Cache = request.app.state.cache
        with suppress(CacheAway):
            await cache.stamp(revisions)


async def _session(
    revisions: Annotated[dict[int, int], Depends(_revisions, scope="function")],
    session: SessionDep,
) -> AsyncSession:
    note_revisions(session, revisions)
    return session


NotedSession = Annotated[AsyncSession, Depends(_session)]


async def _begin_edition(request: Request) -> AsyncIterator[None]:
    yield
    cache: Cache = request.app.state.cache
    await cache.begin_edition()


NEW_EDITION = Depends(_begin_edition, scope="function")
"""After the commit the pages of the catalogue are read anew.

For a route's `dependencies`: they are entered before its parameters, so left after."""


async def _products(session: NotedSession) -> Products:
    return Products(session)


async def _stocks(session: NotedSession) -> Stocks:
    return Stocks(session)


async def _reservations(session: NotedSession) -> Reservations:
    return Reservations(session)


async def _alert_low_stock(session: NotedSession, request: Request) -> AlertLowStock:
    return AlertLowStock(session, request.app.state.outbox)


async def _browse(request: Request) -> Browse:
    browse: Browse = request.app.state.browse
    return browse


BrowseDep = Annotated[Browse, Depends(_browse)]
ProductsDep = Annotated[Products, Depends(_products)]
StocksDep = Annotated[Stocks, Depends(_stocks)]
ReservationsDep = Annotated[Reservations, Depends(_reservations)]
AlertLowStockDep = Annotated[AlertLowStock, Depends(_alert_low_stock)]


async def _edit_product(products: ProductsDep, alert: AlertLowStockDep) -> EditProduct:
    return EditProduct(products, alert)


async def _change_stock(stocks: StocksDep, alert: AlertLowStockDep) -> ChangeStock:
    return ChangeStock(stocks, alert)


EditProductDep = Annotated[EditProduct, Depends(_edit_product)]
ChangeStockDep = Annotated[ChangeStock, Depends(_change_stock)]


async def _owned_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> Product:
    product = await products.get_even_withdrawn(product_id)
    product.require_owner(user)
    return product


OwnedProduct = Annotated[Product, Depends(_owned_product)]
"""The product of the path, which belongs to the user: in the catalogue or withdrawn."""

# A header may come in several lines, which is nothing that clients need to know.
_Tags = Annotated[list[str] | None, WithJsonSchema({"type": "string"})]
IfMatch = Annotated[_Tags, Header(description="The ETag to start from")]
IfNoneMatch = Annotated[_Tags, Header(description="The ETag in hand")]
