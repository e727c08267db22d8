"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

import chassis
from app.clients.copies import CatalogueCopies
from app.services.commit_reservation import CommitReservation
from app.services.list_products import ListProducts
from app.services.read_product import ReadProduct
from app.services.release_reservation import ReleaseReservation
from app.services.reserve_stock import ReserveStock
from app.services.search_products import SearchProducts
from chassis import Outbox


@dataclass(frozen=True)
class Resources(chassis.DatabaseResources):
    outbox: Outbox
    copies: CatalogueCopies
    read_product: ReadProduct
    list_products: ListProducts
    search_products: SearchProducts
    reserve_stock: ReserveStock
    commit_reservation: CommitReservation
    release_reservation: ReleaseReservation
