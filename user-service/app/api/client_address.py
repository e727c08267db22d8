"""Where a request comes from, as far as that can be believed."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from app.models.attempt import UNKNOWN_ADDRESS


def client_address(
    peer: str | None,
    forwarded_for: Sequence[str],
    trusted: Sequence[IPv4Network | IPv6Network],
) -> str:
    """The address of the client, or the network where it may have any address.

    Args:
        peer: who holds the other end of the connection.
        forwarded_for: the `X-Forwarded-For` headers. Each proxy has put at the end
            whom it was asked by; what stands before a stranger's word is hearsay.
    """
    address = _parse(peer or "")
    entries = ",".join(forwarded_for).split(",")
    hops = [entry for entry in entries if entry.strip()]
    while hops and address is not None and any(address in net for net in trusted):
        before = _parse(hops.pop())
        if before is None:
            break
        address = before
    return UNKNOWN_ADDRESS if address is None else _throttled_as(address)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(_without_port(text.strip().strip('"')))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _without_port(text: str) -> str:
    """Proxies write `192.0.2.1:443`, `[2001:db8::1]` and `[2001:db8::1]:443` too."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _throttled_as(address: IPv4Address | IPv6Address) -> str:
    if address.version == 4:
        return str(address)
    # Whoever has one IPv6 address has a /64 of them.
    return str(ip_network((int(address), 64), strict=False))
