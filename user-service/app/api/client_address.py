"""The client's address, read from proxy headers only if the proxy is trusted."""

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
    """Returns the client's IPv4 address, or its IPv6 network of 64 bits.

    Args:
        peer: the address at the other end of the connection.
        forwarded_for: the `X-Forwarded-For` headers. Each proxy appends the address
            that it received the request from, so they are read from the end, and only
            as long as the addresses belong to trusted proxies.
    """
    address = _parse(peer or "")
    entries = ",".join(forwarded_for).split(",")
    hops = [entry for entry in entries if entry.strip()]
    while hops and address is not None and any(address in net for net in trusted):
        before = _parse(hops.pop())
        if before is None:
            break
        address = before
    return UNKNOWN_ADDRESS if address is None else _throttled_part(address)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(_without_port(text.strip().strip('"')))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _without_port(text: str) -> str:
    """Accepts `192.0.2.1:443`, `[2001:db8::1]` and `[2001:db8::1]:443` as well."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _throttled_part(address: IPv4Address | IPv6Address) -> str:
    if address.version == 4:
        return str(address)
    # A client with one IPv6 address can usually use its whole /64.
    return str(ip_network((int(address), 64), strict=False))
