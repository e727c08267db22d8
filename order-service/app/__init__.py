"""Orders: the saga that turns what a customer wants into stock taken and an event."""

__version__ = "1.0.0"
