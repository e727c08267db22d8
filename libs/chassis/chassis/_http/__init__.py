"""An app and all that surrounds a request: limits, bodies, lists, problems, health."""
