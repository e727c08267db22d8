"""Ports for servers in processes of their own."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """Yields a port that only a server of the test can listen on.

    Other programs could get a port that is merely free. On Linux it stays bound here,
    which a server does not notice if it sets SO_REUSEADDR, as all do.
    """
    with socket.socket() as reservation:
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reservation.bind(("127.0.0.1", 0))
        port: int = reservation.getsockname()[1]
        if sys.platform != "linux":
            # There, not even SO_REUSEADDR lets two sockets have one port.
            reservation.close()
        yield port
