"""Users, their credentials, and the tokens that say who is asking."""

__version__ = "1.0.0"
