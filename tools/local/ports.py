"""The ports of one platform: fixed ones for services, free ones for everything else."""

import json
import random
import socket
from collections.abc import Collection
from pathlib import Path

import psutil

from tools.local.files import write_private

HOST = "127.0.0.1"
SERVICE_PORTS = {
    "user-service": 8001,
    "product-service": 8002,
    "order-service": 8003,
    "notification-service": 8004,
}
GATEWAY = "api-gateway"
# The gateway has no database, and no other service asks it.
PORTS = SERVICE_PORTS | {GATEWAY: 9000}
PRIVATE_PORTS = (
    "postgres",
    "redis",
    "rabbitmq",
    "rabbitmq-distribution",
    "epmd",
    "smtp",
    "supervisor",
)

# Below the range that Linux lends to outgoing connections: a client that keeps trying
# the port of a store that is down could otherwise be lent that very port, connect to
# itself and keep the store out for good.
FREE_RANGE = range(20_000, 32_000)

# The ports that this process has chosen, whether or not their servers run already.
_claimed: set[int] = set()


def assign(file: Path) -> dict[str, int]:
    """The ports of last time, so far as they are still free, else new ones."""
    remembered = json.loads(file.read_text()) if file.exists() else {}
    ports: dict[str, int] = {}
    for name in PRIVATE_PORTS:
        port = remembered.get(name)
        if port is None or not is_free(port):
            port = _another(ports.values())
        ports[name] = port
    if ports != remembered:
        write_private(file, json.dumps(ports, indent=2))
    return ports


def metrics_port(service: str, port: int) -> int:
    """Returns the port of `/metrics`, for which the gateway has another one."""
    return port + 1 if service == GATEWAY else port


def recall(file: Path) -> dict[str, int]:
    ports: dict[str, int] = json.loads(file.read_text())
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers themselves do, so that connections of an earlier run that
        # linger in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def claim(port: int) -> bool:
    """Reserves a port for this process, until it ends.

    A server binds its port seconds after the port was chosen, or again after a restart.
    Until then this process keeps the UDP port of the same number, which no server uses.
    A process that cannot take that UDP port chooses another number.
    """
    if port in _claimed:
        return False
    with socket.socket(type=socket.SOCK_DGRAM) as mark:
        try:
            mark.bind((HOST, port))
        except OSError:
            return False
        # The kernel closes it at the end of the process.
        mark.detach()
    _claimed.add(port)
    return True


def listener(port: int) -> tuple[bool, psutil.Process | None]:
    """Reports whether a program listens on the port at any address, and which one."""
    for connection in psutil.net_connections("tcp"):
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        if connection.laddr.port == port:
            pid = connection.pid
            return True, psutil.Process(pid) if pid else None
    return False, None


def free_ports(count: int) -> list[int]:
    chosen: list[int] = []
    for _ in range(count):
        chosen.append(_another(chosen))
    return chosen


def free_service_ports() -> dict[str, int]:
    """Returns free ports for all services and the gateway, beside the usual ones."""
    services = dict(zip(SERVICE_PORTS, free_ports(len(SERVICE_PORTS)), strict=True))
    # The next port is that of its metrics.
    return services | {GATEWAY: _another(services.values(), in_a_row=2)}


def _another(chosen: Collection[int], in_a_row: int = 1) -> int:
    for port in random.sample(FREE_RANGE, k=200):
        wanted = range(port, port + in_a_row)
        if all(p not in chosen and is_free(p) and claim(p) for p in wanted):
            return port
    raise OSError(f"no free port from {FREE_RANGE.start} to {FREE_RANGE.stop - 1}")
