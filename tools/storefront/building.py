"""Builds the storefront if its sources have changed."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress

from tools.storefront.errors import StorefrontError
from tools.storefront.layout import Layout, is_stamped, stamp
from tools.storefront.locking import locked
from tools.storefront.node import Node

Report = Callable[[str], object]


def is_current(layout: Layout) -> bool:
    """Returns whether the build is that of the sources."""
    return is_stamped(layout.build, layout.digest())


def build(layout: Layout, report: Report) -> None:
    """Builds it unless the build is current; the gateway then serves the new build.

    Raises:
        StorefrontError: the last build stays if there is one; else the gateway shows
            the reason.
    """
    with locked(layout.node / "build.lock"):
        digest = layout.digest()
        if is_stamped(layout.build, digest):
            report("the storefront is up to date")
            return
        begun = time.monotonic()
        report("building the storefront, which takes a minute")
        try:
            node = Node(layout)
            node.install()
            shutil.rmtree(layout.next_build, ignore_errors=True)
            node.logged(node.npm("run", "build"), BUILD_FOLDER=str(layout.next_build))
        except StorefrontError as error:
            _explain(layout, error)
            raise
        stamp(layout.next_build, digest)
        _replace(layout)
        report(f"the storefront is built ({time.monotonic() - begun:.0f} s)")


def _replace(layout: Layout) -> None:
    """Puts the new build in the place of the last one, which is whole until then."""
    shutil.rmtree(layout.replaced_build, ignore_errors=True)
    with suppress(FileNotFoundError):
        layout.build.rename(layout.replaced_build)
    layout.next_build.rename(layout.build)
    shutil.rmtree(layout.replaced_build, ignore_errors=True)


def _explain(layout: Layout, error: StorefrontError) -> None:
    if (layout.build / "index.html").exists():
        return
    layout.build.mkdir(exist_ok=True)
    # Browsers need not know where the log is.
    reason, *_ = str(error).partition(" (")
    scratch = layout.obstacle.with_name(".obstacle.new")
    scratch.write_text(f"{reason[:1].upper()}{reason[1:]}.")
    # Changes the time of the folder, by which the gateway notices it.
    scratch.replace(layout.obstacle)
