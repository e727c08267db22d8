"""Notifies users about their orders, accounts and products."""

__version__ = "1.0.0"
