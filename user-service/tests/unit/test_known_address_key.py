"""Derivation of the key with which addresses are hashed."""

from app.security.known_addresses import derive_key

URL = "postgresql://users:secret@db/users"


def test_replicas_derive_the_same_key() -> None:
    assert derive_key(URL) == derive_key("postgresql://users:secret@127.0.0.1:5433/x")


def test_different_passwords_derive_different_keys() -> None:
    assert derive_key(URL) != derive_key(URL.replace("secret", "other"))


def test_key_is_random_without_password() -> None:
    url = "postgresql://users@db/users"
    assert derive_key(url) != derive_key(url)
