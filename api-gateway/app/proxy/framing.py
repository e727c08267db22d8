"""The beginning of a response, which says how its body ends."""

from collections.abc import Sequence

# Their responses have no body.
NO_CONTENT = (204, 304)
CHUNKED = b"chunked"

Headers = Sequence[tuple[bytes, bytes]]


def can_be_passed_on(status: int, headers: Headers) -> bool:
    """Returns whether the status is one of HTTP, and the body in chunks at most.

    A client could not decode another transfer coding, because that header ends here.
    """
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    is_plain = all(coding.strip().lower() == CHUNKED for coding in codings)
    return 200 <= status <= 599 and is_plain


def ends_with_connection(status: int, headers: Headers) -> bool:
    """Returns whether only the end of the connection ends the body."""
    names = {name for name, _ in headers}
    is_framed = b"content-length" in names or b"transfer-encoding" in names
    return not is_framed and status not in NO_CONTENT
