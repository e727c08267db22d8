"""What a new password has to be: long enough, and not one that everybody tries."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, SecretStr, WithJsonSchema

MIN_CHARACTERS = 8
MAX_BYTES = 72  # bcrypt's limit
# In one form no character is shorter than a fourth of what may be typed for it.
MAX_TYPED = 4 * MAX_BYTES
COMMONEST = Path(__file__).with_name("commonest_passwords.txt")


def _acceptable(password: SecretStr) -> SecretStr:
    typed = password.get_secret_value()
    if len(typed) > MAX_TYPED:
        raise ValueError(f"must have {MAX_BYTES} bytes at most, as UTF-8")
    text = password_form(typed)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ValueError("must be text, without lone surrogates") from error
    if "\x00" in text:
        raise ValueError("must not contain a NUL character")
    if len(text) < MIN_CHARACTERS:
        raise ValueError(f"must have {MIN_CHARACTERS} characters at least")
    if size > MAX_BYTES:
        raise ValueError(f"must have {MAX_BYTES} bytes at most, as UTF-8")
    if text.lower() in _commonest():
        raise ValueError("is one of the commonest passwords")
    if text.isspace():
        raise ValueError("must not be blank")
    return SecretStr(text)


def password_form(typed: str) -> str:
    """The password in NFKC: keyboards differ in how they write the same characters."""
    return unicodedata.normalize("NFKC", typed)


def is_name_of_account(password: str, *names: str | None) -> bool:
    """Whether the password is one of the names, which anybody may know."""
    return password_form(password).casefold() in {
        password_form(name).casefold() for name in names if name
    }


@cache
def _commonest() -> frozenset[str]:
    return frozenset(COMMONEST.read_text().split())


NewPassword = Annotated[
    SecretStr,
    AfterValidator(_acceptable),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "minLength": MIN_CHARACTERS,
            "maxLength": MAX_BYTES,
        }
    ),
]
