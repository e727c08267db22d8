"""Keys that are derived from the database's password."""

from app.security.derived_keys import derive_key

URL = "postgresql://users:secret@db/users"


def test_replicas_derive_the_same_key() -> None:
    other = "postgresql://users:secret@127.0.0.1:5433/x"
    assert derive_key(URL, "cookies") == derive_key(other, "cookies")


def test_different_passwords_derive_different_keys() -> None:
    other = URL.replace("secret", "other")
    assert derive_key(URL, "cookies") != derive_key(other, "cookies")


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key(URL, "cookies") != derive_key(URL, "hashes")


def test_key_is_random_without_password() -> None:
    url = "postgresql://users@db/users"
    assert derive_key(url, "cookies") != derive_key(url, "cookies")
