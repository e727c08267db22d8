"""Headers that make browsers careful with responses; those of the chassis come too."""

Headers = tuple[tuple[bytes, bytes], ...]

# An answer of an API is no page: nothing in it may run, load or be framed. Pages bring
# policies of their own.
CAREFUL: Headers = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
TWO_YEARS = 2 * 365 * 24 * 3600
HTTPS_ONLY: Headers = ((b"strict-transport-security", b"max-age=%d" % TWO_YEARS),)


def security_headers(public_url: str) -> Headers:
    """Returns the headers of every response that has no others of these names.

    Args:
        public_url: the address that browsers know.
    """
    return CAREFUL + (HTTPS_ONLY if public_url.startswith("https://") else ())
