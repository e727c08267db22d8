"""Manages users, and issues and validates their tokens."""

__version__ = "1.0.0"
