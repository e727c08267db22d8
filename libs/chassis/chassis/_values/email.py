"""E-mail addresses have one spelling each, or they could not be compared."""

import idna

from chassis._values.text import normalized


def canonical_address(text: str) -> str:
    """The address in NFC, its domain in Unicode and lower case, as it is stored.

    Text that is no address comes back in NFC: it equals no address that is stored.

    Raises:
        ValueError: it cannot be stored, or is no text at all.
    """
    local, at, domain = normalized(text).rpartition("@")
    return f"{local}{at}{_in_unicode(domain)}"


def same_address(one: str, other: str) -> bool:
    """Returns whether two addresses differ in case or domain spelling only."""
    return canonical_address(one).lower() == canonical_address(other).lower()


def _in_unicode(domain: str) -> str:
    try:
        return idna.decode(domain, uts46=True)
    except idna.IDNAError:
        return domain.lower()
