"""Output that the system still holds for a client."""

import asyncio
import fcntl
import socket
import struct
import sys
import termios

DISCARD_AT_CLOSE = struct.pack("ii", 1, 0)


def held_by_system(transport: asyncio.BaseTransport) -> int:
    """Returns how many bytes the system of the client has not received yet.

    The system takes new output only when a large part of its buffer is free again. That
    can be a megabyte: meanwhile, a client that reads slowly seems to read nothing.
    Without Linux (`SIOCOUTQ` in tcp(7)), this returns 0.
    """
    descriptor = transport.get_extra_info("socket").fileno()
    try:
        held = fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4))
    except OSError:
        return 0  # the connection is gone, or the system cannot say it
    return int.from_bytes(held, sys.byteorder)


def abort_and_discard(transport: asyncio.Transport) -> None:
    """Ends the connection, and has the system discard what it still holds.

    Otherwise the system would go on sending that, as slowly as the client reads it.
    """
    descriptor = transport.get_extra_info("socket").fileno()
    connection = socket.SocketType(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor
    )
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DISCARD_AT_CLOSE)
    except OSError:
        pass  # the connection is gone
    finally:
        connection.detach()  # the transport owns the descriptor
    transport.abort()
