"""The catalogue, its stock, and the reservations that orders make of it."""

__version__ = "1.0.0"
