"""A customer searches the catalogue."""

from app.clients.cache import PageEntry
from app.models.product import Product
from app.repositories.catalogue import Catalogue
from app.schemas.catalogue import CatalogueFilter
from app.services.load_page import LoadPage
from chassis import Page, PageRequest


class SearchProducts:
    def __init__(self, load_page: LoadPage) -> None:
        self._load_page = load_page

    async def search(
        self, q: str, wanted: CatalogueFilter, page: PageRequest
    ) -> PageEntry:
        async def query(catalogue: Catalogue) -> Page[Product]:
            return await catalogue.list_found(q, wanted, page)

        return await self._load_page.load(("search", q, wanted, page), query)
