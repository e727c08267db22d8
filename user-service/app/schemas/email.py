"""Validates e-mail addresses and converts them to the one form that is stored."""

from typing import Annotated

import email_validator
from pydantic import AfterValidator, Field, WithJsonSchema

from chassis import OneLineText, canonical_address

MAX_CHARACTERS = 254
DEVELOPMENT_DOMAINS = ("test", "localhost", "local")


def accept_development_domains() -> None:
    """Allows domains that do not exist on the internet; not used in production."""
    for domain in DEVELOPMENT_DOMAINS:
        if domain in email_validator.SPECIAL_USE_DOMAIN_NAMES:
            email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(domain)


def _address(text: str) -> str:
    try:
        found = email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError(str(error)) from error
    address = canonical_address(found.normalized)
    if len(address) > MAX_CHARACTERS:
        raise ValueError(f"must have {MAX_CHARACTERS} characters at most")
    return address


Email = Annotated[
    OneLineText,
    Field(max_length=MAX_CHARACTERS),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_CHARACTERS}),
]
"""An address without a display name."""
