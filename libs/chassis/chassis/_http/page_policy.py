"""The Content-Security-Policy of a page, which allows its own inline scripts only."""

import base64
import hashlib
import re
from collections.abc import Mapping

# A script with an address is none of the page's own, and a policy names its origin.
INLINE_SCRIPT = re.compile(
    rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE
)


def page_policy(page: bytes, directives: Mapping[str, str]) -> str:
    """Returns the value of the header for a page.

    Args:
        directives: the sources by directive. The scripts of the page's own origin, and
            those that stand in the page, may run as well.
    """
    hashes = " ".join(_hash(script) for script in INLINE_SCRIPT.findall(page))
    policy = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **directives,
        "script-src": f"'self' {hashes}".rstrip(),
    }
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def _hash(script: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return f"'sha256-{digest}'"
