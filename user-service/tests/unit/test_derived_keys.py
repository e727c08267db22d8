"""Keys that are derived from the database's password."""

import hashlib
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


def test_guess_of_password_costs_what_owasp_advises() -> None:
    salt = b"pannier user-service"
    slow = hashlib.scrypt(b"secret", salt=salt, n=2**14, r=8, p=5, dklen=32)
    assert derive() == hmac.digest(slow, b"cookies", "sha256")
