"""The private keys that sign access tokens, and how one follows another."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from os import stat_result
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jose import jwk
from jose.backends.base import Key
from prometheus_client import Gauge

log = structlog.get_logger(__name__)

ALGORITHM = "RS256"
MIN_KEY_BITS = 2048
# Seconds between two looks into the folder, and when a token names an unknown key.
REREAD = 30.0
REREAD_FOR_UNKNOWN = 1.0

AGE = Gauge(
    "signing_key_age_seconds", "Age of the key that signs access tokens, in seconds"
)


class SigningKeyMissing(Exception):
    """There is no key to sign with."""


class SigningKeyUnusable(Exception):
    """A key file holds something else."""


@dataclass(frozen=True)
class SigningKey:
    """A key, built once: to build one costs a hundred times what signing costs.

    Attributes:
        kid: the name of its file, without the suffix.
    """

    kid: str
    private: Key
    public: Key
    file: stat_result

    @property
    def age(self) -> timedelta:
        return timedelta(seconds=time.time() - self.file.st_mtime)


class SigningKeys:
    """The keys in a folder. All are accepted; the last by name signs.

    A new key signs only once everybody had the time to find it there: until then the
    one before it goes on. What is wrong with the folder keeps the service from
    starting; later on it is logged, and the service goes on with the keys that it has.

    Args:
        activation: the age at which a key begins to sign, unless it is alone.
        clock: seconds.
    """

    def __init__(
        self,
        folder: Path,
        activation: timedelta,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._activation = activation
        self._clock = clock
        self._keys = load_signing_keys(folder)
        self._read_at = clock()

    def all(self) -> list[SigningKey]:
        self._reread(REREAD)
        return list(self._keys.values())

    def find(self, kid: str) -> SigningKey | None:
        self._reread(REREAD if kid in self._keys else REREAD_FOR_UNKNOWN)
        return self._keys.get(kid)

    def signing(self) -> SigningKey:
        keys = self.all()
        known = [key for key in keys if key.age >= self._activation]
        # None may be old enough: a first start, or a volume that was mounted anew.
        return known[-1] if known else keys[0]

    def _reread(self, interval: float) -> None:
        now = self._clock()
        if now - self._read_at < interval:
            return
        self._read_at = now
        try:
            keys = load_signing_keys(self._folder, self._keys)
        except (SigningKeyMissing, SigningKeyUnusable, OSError) as error:
            log.warning("signing_keys_not_reread", error=str(error))
            return
        if keys.keys() != self._keys.keys():
            log.info("signing_keys_changed", kids=list(keys))
        self._keys = keys


def measure_age(keys: SigningKeys) -> None:
    """Has each scrape told of the key that signs then."""

    def age() -> float:
        return keys.signing().age.total_seconds()

    AGE.set_function(age)


def load_signing_keys(
    folder: Path, present: Mapping[str, SigningKey] | None = None
) -> dict[str, SigningKey]:
    """The keys in `folder`, by `kid` and in its order.

    Args:
        present: what was there before: only what has changed is read.
    """
    files = sorted(folder.glob("*.pem"), key=lambda file: file.stem)
    if not files:
        raise SigningKeyMissing(
            f"SIGNING_KEYS_DIR ({folder}) has no *.pem file: put an RSA private key"
            f" of {MIN_KEY_BITS} bits or more there"
        )
    return {file.stem: _load(file, (present or {}).get(file.stem)) for file in files}


def _load(file: Path, present: SigningKey | None) -> SigningKey:
    # Before the contents: what is written in between is seen the next time.
    status = file.stat()
    if present is not None and _stamp(present.file) == _stamp(status):
        return present
    private = _read_key(file)
    return SigningKey(file.stem, private, private.public_key(), status)


def _stamp(status: stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read_key(file: Path) -> Key:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SigningKeyUnusable(f"{file}: no plain PEM private key") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_KEY_BITS:
        raise SigningKeyUnusable(f"{file}: not RSA of {MIN_KEY_BITS} bits or more")
    # Built from the object: reading the text a second time takes 60 ms more.
    return jwk.construct(key, ALGORITHM)  # type: ignore[arg-type]
