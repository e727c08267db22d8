"""Keys that are derived from the database's password."""

import hmac

from app.security.derived_keys import DerivedKeys

URL = "postgresql://users:secret@db/users"


def derive(url: str = URL, purpose: str = "cookies") -> bytes:
    return DerivedKeys(url).key(purpose)


def test_replicas_derive_the_same_key() -> None:
    assert derive() == derive("postgresql://users:secret@127.0.0.1:5433/x")


def test_different_passwords_derive_different_keys() -> None:
    assert derive() != derive(URL.replace("secret", "other"))


def test_each_purpose_has_its_own_key() -> None:
    assert derive(purpose="cookies") != derive(purpose="hashes")


def test_key_is_random_without_password() -> None:
    url = "postgresql://users@db/users"
    assert derive(url) != derive(url)


def test_key_is_not_quick_to_guess() -> None:
    quick = hmac.digest(b"secret", b"cookies", "sha256")
    assert derive() != quick
