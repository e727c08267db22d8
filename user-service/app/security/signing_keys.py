"""The private keys that sign access tokens, and their rotation."""

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
# Seconds between two reads of the folder; the second one if a token has an unknown key.
RELOAD_INTERVAL = 30.0
RELOAD_INTERVAL_FOR_UNKNOWN = 1.0

AGE = Gauge(
    "signing_key_age_seconds", "Age of the key that signs access tokens, in seconds"
)


class SigningKeyMissing(Exception):
    """The folder contains no key."""


class SigningKeyUnusable(Exception):
    """A file does not contain an RSA private key of sufficient size."""


@dataclass(frozen=True)
class SigningKey:
    """A key, constructed once, because that costs a hundred times as much as signing.

    Attributes:
        kid: the name of its file, without the suffix.
        file: the status of the file when it was read.
    """

    kid: str
    private: Key
    public: Key
    file: stat_result

    @property
    def age(self) -> timedelta:
        return timedelta(seconds=time.time() - self.file.st_mtime)


class SigningKeys:
    """The keys in a folder: all of them are accepted, and the last by name signs.

    A new key does not sign until all replicas have had time to read it; until then the
    previous key signs. An unusable folder prevents the start of the service. If it
    becomes unusable later, this is logged, and the service keeps the keys that it has.

    Args:
        activation: the age at which a key begins to sign, unless it is the only one.
        clock: returns seconds.
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
        self._reload(RELOAD_INTERVAL)
        return list(self._keys.values())

    def find(self, kid: str) -> SigningKey | None:
        is_known = kid in self._keys
        self._reload(RELOAD_INTERVAL if is_known else RELOAD_INTERVAL_FOR_UNKNOWN)
        return self._keys.get(kid)

    def signing(self) -> SigningKey:
        """Returns the newest key that is old enough to sign.

        After a first start, or on a newly mounted volume, no key may be old enough;
        then it returns the first one.
        """
        keys = self.all()
        activated = [key for key in keys if key.age >= self._activation]
        return activated[-1] if activated else keys[0]

    def _reload(self, interval: float) -> None:
        now = self._clock()
        if now - self._read_at < interval:
            return
        self._read_at = now
        try:
            keys = load_signing_keys(self._folder, self._keys)
        except (SigningKeyMissing, SigningKeyUnusable, OSError) as error:
            log.warning("signing_keys_reload_failed", error=str(error))
            return
        if keys.keys() != self._keys.keys():
            log.info("signing_keys_changed", kids=list(keys))
        self._keys = keys


def read_signing_keys(folder: Path, activation: timedelta) -> SigningKeys:
    """The keys of a service that starts.

    Raises:
        SystemExit: with a sentence, as nothing can be signed without them.
    """
    try:
        return SigningKeys(folder, activation)
    except (SigningKeyMissing, SigningKeyUnusable, OSError) as error:
        raise SystemExit(f"error: SIGNING_KEYS_DIR: {error}") from None


def report_age(keys: SigningKeys) -> None:
    """Reports the age of the signing key at each scrape."""

    def age() -> float:
        return keys.signing().age.total_seconds()

    AGE.set_function(age)


def load_signing_keys(
    folder: Path, loaded: Mapping[str, SigningKey] | None = None
) -> dict[str, SigningKey]:
    """Returns the keys in `folder` by their `kid`, in order of their names.

    Args:
        loaded: keys that were read before; only changed files are read again.

    Raises:
        SigningKeyMissing, SigningKeyUnusable: see there.
    """
    files = sorted(folder.glob("*.pem"), key=lambda file: file.stem)
    if not files:
        raise SigningKeyMissing(
            f"{folder} has no *.pem file: put an RSA private key"
            f" of {MIN_KEY_BITS} bits or more there"
        )
    return {file.stem: _load(file, (loaded or {}).get(file.stem)) for file in files}


def _load(file: Path, loaded: SigningKey | None) -> SigningKey:
    # Before the contents: a change in between is then detected by the next reload.
    status = file.stat()
    if loaded is not None and _version(loaded.file) == _version(status):
        return loaded
    private = _read_key(file)
    return SigningKey(file.stem, private, private.public_key(), status)


def _version(status: stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read_key(file: Path) -> Key:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SigningKeyUnusable(
            f"{file}: must be an unencrypted private key in PEM"
        ) from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_KEY_BITS:
        raise SigningKeyUnusable(
            f"{file}: must be an RSA key of {MIN_KEY_BITS} bits or more"
        )
    # From the object, because parsing the text a second time takes another 60 ms.
    return jwk.construct(key, ALGORITHM)  # type: ignore[arg-type]
