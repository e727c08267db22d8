"""Tells customers what became of their orders, and keeps what was told."""

__version__ = "1.0.0"
