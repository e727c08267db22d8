"""When a request arrived, which may be long before the event loop has read it."""

import asyncio
import socket
import sys
import time

# A key in the state of a request.
ARRIVED_AT = "arrived_at"

# `tcpi_last_data_recv` of Linux's `struct tcp_info` (tcp(7)), in milliseconds.
LAST_DATA = slice(52, 56)
SIZE = LAST_DATA.stop


def arrival_of_data(transport: asyncio.BaseTransport) -> float:
    """Returns when the last data of a connection arrived, on the monotonic clock.

    If the loop is late, connections wait to be accepted, and their data to be read.
    Only the system knows how long. Without Linux, this returns the present time.
    """
    now = time.monotonic()
    option = getattr(socket, "TCP_INFO", None)
    # Other systems that have the option use another structure.
    if option is None or sys.platform != "linux":
        return now
    descriptor = transport.get_extra_info("socket").fileno()
    # Python only remembers the family. `socket.socket` would take 2 µs more.
    connection = socket.SocketType(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor
    )
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, option, SIZE)
    except OSError:
        return now  # the connection is gone
    finally:
        connection.detach()  # the transport owns the descriptor
    return now - int.from_bytes(info[LAST_DATA], sys.byteorder) / 1000
