"""A customer lists the catalogue."""

from app.clients.cache import PageEntry
from app.models.product import Product
from app.repositories.catalogue import Catalogue
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from app.services.load_page import LoadPage
from chassis import Page, PageRequest


class ListProducts:
    def __init__(self, load_page: LoadPage) -> None:
        self._load_page = load_page

    async def list(
        self, wanted: CatalogueFilter, order: CatalogueOrder, page: PageRequest
    ) -> PageEntry:
        async def query(catalogue: Catalogue) -> Page[Product]:
            return await catalogue.list_page(wanted, order, page)

        return await self._load_page.load((wanted, order, page), query)
