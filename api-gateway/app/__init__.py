"""The public entry: routes requests to the services, and streams their responses."""

__version__ = "1.0.0"
