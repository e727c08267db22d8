"""Signing keys: loading, order, activation and rotation."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.security.signing_keys import (
    RELOAD_INTERVAL,
    RELOAD_INTERVAL_FOR_UNKNOWN,
    SigningKeyMissing,
    SigningKeys,
    SigningKeyUnusable,
    load_signing_keys,
    report_age,
)
from chassis.testing import metric
from tests.factories import NO_TIME, copy_signing_key, write_signing_key

OVERLAP = timedelta(seconds=60)
OLD = timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


PutKey = Callable[[str, timedelta], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def put_key(folder: Path, signing_keys_dir: Path) -> PutKey:
    """Writes a key with this name and age to the folder."""

    def put(kid: str, age: timedelta) -> None:
        source = signing_keys_dir / "2026-01.pem"
        copy_signing_key(source, folder / f"{kid}.pem", age)

    return put


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kids(keys: SigningKeys) -> list[str]:
    return [key.kid for key in keys.all()]


def test_keys_are_ordered_by_name(folder: Path, put_key: PutKey) -> None:
    for name in ("b", "a-2", "a"):
        put_key(name, OLD)
    (folder / "z.txt").write_text("something else")

    assert list(load_signing_keys(folder)) == ["a", "a-2", "b"]


def test_last_key_signs(folder: Path, put_key: PutKey) -> None:
    put_key("1", OLD)
    put_key("2", OLD)

    assert SigningKeys(folder, OVERLAP).signing().kid == "2"


def test_age_of_signing_key_is_reported(folder: Path, put_key: PutKey) -> None:
    put_key("1", 2 * OLD)
    put_key("2", OLD)
    report_age(SigningKeys(folder, OVERLAP))

    age = timedelta(seconds=metric("signing_key_age_seconds"))
    assert OLD <= age < 2 * OLD


def test_new_key_is_accepted_before_it_signs(folder: Path, put_key: PutKey) -> None:
    put_key("1", OLD)
    put_key("2", timedelta(seconds=30))
    keys = SigningKeys(folder, OVERLAP)

    assert keys.find("2")
    assert keys.signing().kid == "1"
    put_key("2", timedelta(seconds=61))
    assert SigningKeys(folder, OVERLAP).signing().kid == "2"


def test_key_is_activated_without_reload(
    folder: Path, put_key: PutKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_key("1", OLD)
    put_key("2", NO_TIME)
    keys = SigningKeys(folder, OVERLAP)
    assert keys.signing().kid == "1"

    now = (folder / "2.pem").stat().st_mtime + 61
    monkeypatch.setattr("time.time", lambda: now)

    assert keys.signing().kid == "2"


def test_only_key_signs_immediately(folder: Path, put_key: PutKey) -> None:
    put_key("1", NO_TIME)

    assert SigningKeys(folder, OVERLAP).signing().kid == "1"


def test_first_of_several_new_keys_signs(folder: Path, put_key: PutKey) -> None:
    put_key("1", NO_TIME)
    put_key("2", NO_TIME)

    assert SigningKeys(folder, OVERLAP).signing().kid == "1"


def test_new_key_is_loaded_after_interval(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    put_key("2", NO_TIME)

    assert kids(keys) == ["1"]
    clock.seconds += RELOAD_INTERVAL
    assert kids(keys) == ["1", "2"]


def test_unknown_key_triggers_rate_limited_reload(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    clock.seconds += RELOAD_INTERVAL_FOR_UNKNOWN
    assert keys.find("2") is None
    put_key("2", NO_TIME)

    assert keys.find("2") is None
    clock.seconds += RELOAD_INTERVAL_FOR_UNKNOWN
    assert keys.find("2")


def test_removed_key_is_no_longer_accepted(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    put_key("2", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    (folder / "2.pem").unlink()

    clock.seconds += RELOAD_INTERVAL

    assert keys.find("2") is None
    assert keys.signing().kid == "1"


def test_unchanged_key_is_not_read_again(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    before = keys.find("1")

    clock.seconds += RELOAD_INTERVAL

    assert keys.find("1") is before


def test_replaced_key_is_read_again(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    before = keys.signing().public.to_dict()
    write_signing_key(folder / "1.pem")

    clock.seconds += RELOAD_INTERVAL

    assert keys.signing().public.to_dict() != before


def delete_key(folder: Path) -> None:
    (folder / "1.pem").unlink()


def write_half_a_key(folder: Path) -> None:
    (folder / "2.pem").write_text("-----BEGIN PRIV")


def move_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def add_broken_link(folder: Path) -> None:
    os.symlink(folder / "nowhere", folder / "2.pem")


@pytest.mark.parametrize(
    "damage", [delete_key, write_half_a_key, move_folder, add_broken_link]
)
def test_failed_reload_keeps_loaded_keys(
    tmp_path: Path,
    put_key: PutKey,
    clock: Clock,
    damage: Callable[[Path], None],
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(tmp_path, OVERLAP, clock)
    damage(tmp_path)

    clock.seconds += RELOAD_INTERVAL

    assert keys.signing().kid == "1"


def test_missing_key_error_says_what_to_do(folder: Path) -> None:
    with pytest.raises(SigningKeyMissing, match="put an RSA private key"):
        SigningKeys(folder, OVERLAP)


def test_short_key_is_rejected(folder: Path) -> None:
    write_signing_key(folder / "short.pem", bits=1024)

    with pytest.raises(SigningKeyUnusable, match=r"short\.pem"):
        SigningKeys(folder, OVERLAP)


def test_key_of_another_kind_is_rejected(folder: Path) -> None:
    (folder / "curve.pem").write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    with pytest.raises(SigningKeyUnusable, match=r"curve\.pem"):
        SigningKeys(folder, OVERLAP)


def test_file_without_key_is_rejected(folder: Path) -> None:
    (folder / "text.pem").write_text("no key at all")

    with pytest.raises(SigningKeyUnusable, match=r"text\.pem"):
        SigningKeys(folder, OVERLAP)
