"""The storefront in local mode: built while the platform starts."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tools.local.layout import REPOSITORY
from tools.storefront.building import is_current
from tools.storefront.layout import Layout

Report = Callable[[str], None]
STOREFRONT = Layout()
BUILD = (sys.executable, "-m", "tools.storefront", "build")


@contextmanager
def built_meanwhile(report: Report, layout: Layout = STOREFRONT) -> Iterator[None]:
    """Builds the storefront, if its sources have changed, and waits for it at the end.

    Without it the platform works as well, so a failure is only reported.
    """
    if is_current(layout):
        yield
        return
    report("building the storefront meanwhile")
    with subprocess.Popen(  # noqa: S603 -- every word is our own
        BUILD,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield
        except BaseException:
            process.terminate()
            raise
        _, complaint = process.communicate()
    if process.returncode == 0:
        report("the storefront is built")
    else:
        reason = complaint.strip().removeprefix("error: ") or "it was interrupted"
        report(f"the storefront is not built: {reason}")
        report("everything else works; `make storefront` tries again")


def is_built(layout: Layout = STOREFRONT) -> bool:
    """Returns whether there is a build, of whatever sources."""
    return (layout.build / "index.html").exists()
