"""The URL of a product's picture, stored in the form that was checked."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, TypeAdapter, ValidationError

from chassis import OneLineText

MAX_CHARACTERS = 2048
WRONG = "must be an http:// or https:// address, or an inline picture"

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)
# Parsers of URLs drop or repair such text, so that their result differs from the input.
_WRITTEN_OUT = re.compile(r"https?://[^\s/?#\\@]", re.IGNORECASE)
_NOT_IN_URLS = re.compile(r"[\s\"<>\\^`{|}\x00-\x1f\x7f]")
# An image runs no script, not even SVG; pages in other data: URLs would.
_INLINE_PICTURE = re.compile(
    r"data:image/(avif|gif|jpeg|png|svg\+xml|webp)(;base64)?,[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+"
)


def _picture(text: str) -> str:
    picture = text if _INLINE_PICTURE.fullmatch(text) else _normalized(text)
    if len(picture) > MAX_CHARACTERS:
        raise ValueError(f"must have {MAX_CHARACTERS:,} characters at most, encoded")
    return picture


def _normalized(url: str) -> str:
    """The address in ASCII, as a browser would ask for it."""
    if _NOT_IN_URLS.search(url) or not _WRITTEN_OUT.match(url):
        raise ValueError(WRONG)
    try:
        found = str(_URL.validate_python(url))
    except ValidationError as error:
        raise ValueError(WRONG) from error
    return found.replace("'", "%27")


ImageUrl = Annotated[
    OneLineText,
    Field(
        max_length=MAX_CHARACTERS,
        description="http:, https:, or an inline data:image/...",
    ),
    AfterValidator(_picture),
]
