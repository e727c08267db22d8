"""Runs a service in the foreground, and restarts it when its code changes."""

import subprocess
from contextlib import suppress

import psutil

from tools.local.lifecycle import Platform
from tools.local.supervisor_conf import STOP_SECONDS


def develop(platform: Platform, service: str) -> int:
    """Runs in place of the service until Ctrl-C; then the service is put back.

    Returns:
        its exit status.
    """
    directory = platform.directory(service)
    chassis = platform.layout.repository / "libs" / "chassis" / "chassis"
    with platform.aside(service):
        platform.report(f"{service} runs in the foreground; Ctrl-C ends it")
        # In the terminal's foreground with us: a debugger in it can be typed to.
        server = subprocess.Popen(  # noqa: S603 -- every word is our own
            [
                *("../start.sh", service),
                *("--reload-dir", "app"),
                *("--reload-dir", str(chassis)),
            ],
            cwd=directory,
            env=dict(platform.environment(service)),
        )
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Lets it finish what is in flight; a second Ctrl-C does not."""
    if server.poll() is not None:
        return
    workers = psutil.Process(server.pid).children(recursive=True)
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        for process in workers:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        server.kill()
        server.wait()
