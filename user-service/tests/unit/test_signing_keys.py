"""The keys that the service starts with, or does not start without."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.services.tokens import (
    SigningKeyMissing,
    SigningKeyUnusable,
    load_signing_keys,
)
from tests.factories import write_signing_key


def test_keys_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a-2", "a"):
        write_signing_key(tmp_path / f"{name}.pem")
    (tmp_path / "z.txt").write_text("something else")

    assert list(load_signing_keys(tmp_path)) == ["a", "a-2", "b"]


def test_without_a_key_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyMissing, match="SIGNING_KEYS_DIR"):
        load_signing_keys(tmp_path)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    write_signing_key(tmp_path / "short.pem", bits=1024)

    with pytest.raises(SigningKeyUnusable, match=r"short\.pem"):
        load_signing_keys(tmp_path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "curve.pem").write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    with pytest.raises(SigningKeyUnusable, match=r"curve\.pem"):
        load_signing_keys(tmp_path)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("no key at all")

    with pytest.raises(SigningKeyUnusable, match=r"text\.pem"):
        load_signing_keys(tmp_path)
