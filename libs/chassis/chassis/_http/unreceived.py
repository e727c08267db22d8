"""How much of its output the system still holds for a client."""

import asyncio
import fcntl
import sys
import termios


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
