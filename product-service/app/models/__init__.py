"""All tables, so that whoever needs the metadata has it whole."""

from app.models.product import Product
from app.models.reservation import Reservation, ReservationItem
from app.models.stock import LedgerEntry, Stock

__all__ = ["LedgerEntry", "Product", "Reservation", "ReservationItem", "Stock"]
