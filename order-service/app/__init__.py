"""Places orders in a saga, and settles those that were interrupted."""

__version__ = "1.0.0"
