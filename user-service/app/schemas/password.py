"""The rules for new passwords: length, and absence from a list of common ones."""

import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, SecretStr, WithJsonSchema

MIN_CHARACTERS = 8
MAX_BYTES = 72  # bcrypt's limit
# NFKC shortens a text to a quarter at most, so a longer one cannot become valid.
MAX_TYPED_CHARACTERS = 4 * MAX_BYTES
# Read at once: the folder may be moved while the service runs.
COMMONEST = frozenset(
    Path(__file__).with_name("commonest_passwords.txt").read_text().split()
)


def _validate(password: SecretStr) -> SecretStr:
    typed = password.get_secret_value()
    if len(typed) > MAX_TYPED_CHARACTERS:
        raise ValueError(f"must have {MAX_BYTES} bytes at most, as UTF-8")
    text = normalize_password(typed)
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
    if text.lower() in COMMONEST:
        raise ValueError("is one of the commonest passwords")
    if text.isspace():
        raise ValueError("must not be blank")
    return SecretStr(text)


def normalize_password(typed: str) -> str:
    """Returns the password in NFKC, as keyboards encode the same text differently."""
    return unicodedata.normalize("NFKC", typed)


def is_name_of_account(password: str, *names: str | None) -> bool:
    """Returns whether the password equals one of the names, ignoring case."""
    return normalize_password(password).casefold() in {
        normalize_password(name).casefold() for name in names if name
    }


NewPassword = Annotated[
    SecretStr,
    AfterValidator(_validate),
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
