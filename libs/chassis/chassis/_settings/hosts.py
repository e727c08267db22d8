"""The hosts and ports of settings in their one spelling."""

import re

from pydantic_core import Url

HIGHEST_PORT = 65_535

NEVER_IN_HOST = re.compile(r"[\s/?#@\\%<>\[\]]")
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*\.?")
IN_BRACKETS = re.compile(r"\[([0-9a-f:.]+)\]")

NO_HOST = "must be a host name or an address, without a scheme and a port"


def canonical_host(text: str) -> str:
    """Returns the host as browsers write it: lower case, A-labels, short IPv6.

    An IPv6 address may have brackets; the result has none.
    """
    text = text.strip()
    has_brackets = text.startswith("[") and text.endswith("]")
    bare = text[1:-1] if has_brackets else text
    is_ipv6 = ":" in bare
    if NEVER_IN_HOST.search(bare) or (has_brackets and not is_ipv6):
        raise ValueError(NO_HOST)
    try:
        host = Url(f"http://{in_url(bare)}/").host or ""
    except ValueError:
        raise ValueError(NO_HOST) from None
    if address := IN_BRACKETS.fullmatch(host):
        return address[1]
    if not NAME.fullmatch(host):
        raise ValueError(NO_HOST)
    return host


def in_url(host: str) -> str:
    """Returns the host for a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
