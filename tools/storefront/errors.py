"""The error of these tools."""


class StorefrontError(Exception):
    """Its message says what a person can do."""
