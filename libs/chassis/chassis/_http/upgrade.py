"""Offers to upgrade to another protocol are ignored (RFC 9110, 7.8)."""

from collections.abc import Iterable


def head_without_upgrade(line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Returns the head of a request that offers no upgrade."""
    lines = [
        b"%b: %b" % (name, _without_upgrade(name, value))
        for name, value in headers
        if name != b"upgrade"
    ]
    return b"\r\n".join((line, *lines, b"", b""))


def _without_upgrade(name: bytes, value: bytes) -> bytes:
    if name != b"connection":
        return value
    options = (option.strip() for option in value.split(b","))
    return b", ".join(option for option in options if option.lower() != b"upgrade")
