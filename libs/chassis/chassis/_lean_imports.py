"""Imports libraries without their optional parts, which no service uses.

They import redis, rich, pygments and psutil wherever these are installed. The image of
a service does not have them, but an environment that the tools share has: more than 20
MiB in each process. A service that does use one of them imports it as always.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    unused = [name for name in names if name not in sys.modules]
    # Python takes None for a module that is not installed.
    sys.modules.update(dict.fromkeys(unused))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in unused:
            del sys.modules[name]


with _hidden("redis", "rich", "pygments", "psutil"):
    import opentelemetry.sdk.resources
    import pybreaker
    import structlog

__all__ = ["opentelemetry", "pybreaker", "structlog"]
