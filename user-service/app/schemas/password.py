"""What a new password has to be: long enough, and not one that everybody tries."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, SecretStr, WithJsonSchema

MIN_CHARACTERS = 8
MAX_BYTES = 72  # bcrypt's limit
COMMONEST = Path(__file__).with_name("commonest_passwords.txt")


def _acceptable(password: SecretStr) -> SecretStr:
    text = password.get_secret_value()
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
    return password


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
