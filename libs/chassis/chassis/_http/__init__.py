"""The app and everything around a request: limits, bodies, lists, problems, health."""
