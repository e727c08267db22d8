"""Builds the storefront, with a Node of its own.

It needs only the standard library and uv, because the image runs it too.
"""
