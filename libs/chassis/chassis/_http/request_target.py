"""The forms of a request target (RFC 9112, 3.2)."""

from urllib.parse import quote

from chassis._http.url import PATH_CHARACTERS

SCHEMES = (b"http", b"https")
MAX_KNOWN = 1000


def split_target(target: bytes, method: bytes) -> tuple[bytes | None, bytes]:
    """Returns the authority, which only the absolute form has, and the rest.

    Raises:
        ValueError: the target has no form that a request of this method may have.
    """
    if target.startswith(b"/") or (target, method) == (b"*", b"OPTIONS"):
        return None, target
    scheme, _, rest = target.partition(b"://")
    length = min((rest + b"/?#").find(mark) for mark in (b"/", b"?", b"#"))
    authority, origin = rest[:length], rest[length:]
    if scheme.lower() not in SCHEMES or not authority:
        raise ValueError(target)
    return authority, origin if origin.startswith(b"/") else b"/" + origin


def known_path(target: bytes) -> str:
    """Returns the path of a target that may be malformed; empty if it has none."""
    path = target.partition(b"?")[0][:MAX_KNOWN]
    return quote(path, safe=PATH_CHARACTERS) if path.startswith(b"/") else ""
