"""Validators of a product's representation (RFC 9110, sections 8.8 and 13.1).

`"3.17"` is version 3 and revision 17. Every edit is a version. Every visible change,
also of the stock, is a revision.
"""

import re
from collections.abc import Sequence

from app.models.edition import Edition

TAG = re.compile(r'(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")')
OURS = re.compile(r'"(\d{1,19})\.(\d{1,19})"')


def etag_of(edition: Edition) -> str:
    return f'"{edition.version}.{edition.revision}"'


def is_known(etag: str, if_none_match: Sequence[str] | None) -> bool:
    """Returns whether the client has this representation; compares weakly."""
    return any(
        line.strip() == "*" or any(tag["tag"] == etag for tag in TAG.finditer(line))
        for line in if_none_match or ()
    )


def accepted_editions(if_match: Sequence[str] | None) -> frozenset[Edition] | None:
    """Returns the editions that a change may start from; None accepts any.

    Weak tags match nothing, because the comparison is strong.
    """
    if if_match is None or any(line.strip() == "*" for line in if_match):
        return None
    tags = [tag for line in if_match for tag in TAG.finditer(line) if not tag["weak"]]
    ours = [OURS.fullmatch(tag["tag"]) for tag in tags]
    return frozenset(Edition(int(tag[1]), int(tag[2])) for tag in ours if tag)
