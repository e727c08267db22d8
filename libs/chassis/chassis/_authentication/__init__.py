"""Identifies callers by a token that user-service validates."""
