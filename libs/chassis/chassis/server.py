"""`python -m chassis.server APP --host HOST --port PORT [--migrate]`: serves a service.

APP is the import string of a function that makes the application. HOST is an address,
or `localhost`: both loopback addresses, the second one if the machine has IPv6.
"""

import argparse
import errno
import gc
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from uvicorn.supervisors import ChangeReload

from chassis._database.schema_version import has_newest_schema
from chassis._http.open_files import allow_open_files
from chassis._http.protocol import HttpProtocol
from chassis._http.quiet_server import QuietServer
from chassis._settings.hosts import HIGHEST_PORT, canonical_host
from chassis._settings.types import read_whole_number

# Longer than clients keep theirs, so that none is closed that is about to be used.
KEEP_ALIVE_SECONDS = 60
SHUTDOWN_SECONDS = 10
# New objects; Python's own threshold is 700.
COLLECTED_AFTER = 2_000
LOOPBACK = ("127.0.0.1", "::1")
NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def configuration(app: str, reload_dirs: Sequence[str] = ()) -> uvicorn.Config:
    # The application decides whose X-Forwarded-For counts, and logs its own requests.
    return uvicorn.Config(
        app,
        factory=True,
        http=HttpProtocol,
        ws="none",
        access_log=False,
        proxy_headers=False,
        reload=bool(reload_dirs),
        reload_dirs=list(reload_dirs),
        # Templates are loaded once.
        reload_includes=["*.txt", "*.html"] if reload_dirs else None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def listen(host: str, port: int) -> list[socket.socket]:
    """Opens the sockets of a host.

    Raises:
        OSError: an address is taken, or not one of this machine.
    """
    if host != "localhost":
        return [_bind(host, port)]
    first, second = LOOPBACK
    sockets = [_bind(first, port)]
    try:
        sockets.append(_bind(second, sockets[0].getsockname()[1]))
    except OSError as error:
        if error.errno not in NO_SUCH_ADDRESS:
            raise
    return sockets


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound


def serve(
    app: str,
    host: str,
    port: int,
    reload_dirs: Sequence[str] = (),
    *,
    migrating: bool = False,
) -> int:
    """Serves until a signal; returns the exit status.

    Args:
        migrating: the database is migrated first, but only once the settings are
            accepted and the address is free.
    """
    allow_open_files()
    config = configuration(app, reload_dirs)
    try:
        sockets = listen(host, port)
    except OSError as error:
        print(f"error: cannot listen on {host}:{port}: {error}", file=sys.stderr)
        return 1
    if not reload_dirs:
        config.load()
    if migrating and not has_newest_schema():
        # Here, because Alembic is imported only if there is something to migrate.
        from chassis._database.migrations import migrate  # noqa: PLC0415

        migrate()
    _spare_collections()
    server = QuietServer(config)
    if reload_dirs:
        ChangeReload(config, target=server.run, sockets=sockets).run()
        return 0
    # After a graceful end uvicorn raises the signal that it was sent once more.
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    return 0 if server.started else 3


def _spare_collections() -> None:
    """Has the garbage collector pass over what was loaded, which stays until the end,
    and look less often: most objects of a request need no collector."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chassis.server")
    parser.add_argument("app")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True)
    parser.add_argument("--reload-dir", action="append", default=[], dest="reload_dirs")
    parser.add_argument("--migrate", action="store_true")
    given = parser.parse_args()
    # start.sh passes them on from the environment.
    try:
        host = canonical_host(given.host)
    except ValueError as error:
        sys.exit(f"error: HOST: {error}, such as localhost")
    try:
        port = read_whole_number(given.port, 1, HIGHEST_PORT)
    except ValueError as error:
        sys.exit(f"error: PORT: {error}, such as 8001")
    return serve(given.app, host, port, given.reload_dirs, migrating=given.migrate)


if __name__ == "__main__":
    sys.exit(main())
