"""A service that dies at one place in its code: what `start.sh` runs, and a trap.

    python -m tests.faults.crashing SERVICE before|after MODULE:FUNCTION

Nothing of this is in the service: the coroutine function is wrapped from outside, and
the process kills itself, with no chance to tidy up, the first time it comes by.
"""

import functools
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Any

from chassis.server import serve
from tools.local.layout import REPOSITORY

Step = Callable[..., Awaitable[Any]]


def deadly(step: Step, when: str) -> Step:
    @functools.wraps(step)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            await step(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return wrapped


def set_trap(when: str, place: str) -> None:
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    if classes:
        owner = attrgetter(".".join(classes))(owner)
    setattr(owner, name, deadly(getattr(owner, name), when))


def main(service: str, when: str, place: str) -> None:
    directory = str(REPOSITORY / service)
    os.chdir(directory)
    sys.path.insert(0, directory)
    set_trap(when, place)
    serve("app.main:create_app", os.environ["HOST"], int(os.environ["PORT"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
