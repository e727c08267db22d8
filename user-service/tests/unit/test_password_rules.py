"""The rules for new passwords."""

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from app.schemas.password import COMMONEST, NewPassword

NEW_PASSWORD: TypeAdapter[SecretStr] = TypeAdapter(NewPassword)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("x7-kq2vm", id="8 characters"),
        pytest.param("n" * 72, id="72 bytes"),
        pytest.param("é" * 36, id="72 bytes of 36 characters"),
        pytest.param("all lower case words", id="no composition rule"),
    ],
)
def test_valid_password_is_accepted(password: str) -> None:
    accepted = NEW_PASSWORD.validate_python(password)

    assert accepted.get_secret_value() == password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        pytest.param("x7-kq2v", "8 characters at least", id="7 characters"),
        pytest.param("n" * 73, "72 bytes at most", id="73 bytes"),
        pytest.param("é" * 37, "72 bytes at most", id="74 bytes of 37 characters"),
        pytest.param("QwertyUIOP", "commonest", id="common in another case"),
        pytest.param("x7-kq2vm\x00", "NUL", id="NUL"),
        pytest.param("x7-kq2vm\ud800", "surrogates", id="lone surrogate"),
    ],
)
def test_weak_password_is_rejected(password: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        NEW_PASSWORD.validate_python(password)


def test_common_passwords_satisfy_all_other_rules() -> None:
    assert len(COMMONEST) > 100
    assert [word for word in COMMONEST if len(word) < 8 or word != word.lower()] == []
