"""The keys that the service starts with, and how one follows another."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.services.signing_keys import (
    REREAD,
    REREAD_FOR_UNKNOWN,
    SigningKeyMissing,
    SigningKeys,
    SigningKeyUnusable,
    load_signing_keys,
    measure_age,
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
    """Puts a key of that name and age into the folder."""

    def put(kid: str, age: timedelta) -> None:
        source = signing_keys_dir / "2026-01.pem"
        copy_signing_key(source, folder / f"{kid}.pem", age)

    return put


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kids(keys: SigningKeys) -> list[str]:
    return [key.kid for key in keys.all()]


def test_keys_come_in_the_order_of_their_names(folder: Path, put_key: PutKey) -> None:
    for name in ("b", "a-2", "a"):
        put_key(name, OLD)
    (folder / "z.txt").write_text("something else")

    assert list(load_signing_keys(folder)) == ["a", "a-2", "b"]


def test_the_last_one_signs(folder: Path, put_key: PutKey) -> None:
    put_key("1", OLD)
    put_key("2", OLD)

    assert SigningKeys(folder, OVERLAP).signing().kid == "2"


def test_the_age_of_the_key_that_signs_is_measured(
    folder: Path, put_key: PutKey
) -> None:
    put_key("1", 2 * OLD)
    put_key("2", OLD)
    measure_age(SigningKeys(folder, OVERLAP))

    age = timedelta(seconds=metric("signing_key_age_seconds"))
    assert OLD <= age < 2 * OLD


def test_a_new_key_is_accepted_at_once_and_signs_later(
    folder: Path, put_key: PutKey
) -> None:
    put_key("1", OLD)
    put_key("2", timedelta(seconds=30))
    keys = SigningKeys(folder, OVERLAP)

    assert keys.find("2")
    assert keys.signing().kid == "1"
    put_key("2", timedelta(seconds=61))
    assert SigningKeys(folder, OVERLAP).signing().kid == "2"


def test_a_key_comes_of_age_without_being_read_again(
    folder: Path, put_key: PutKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_key("1", OLD)
    put_key("2", NO_TIME)
    keys = SigningKeys(folder, OVERLAP)
    assert keys.signing().kid == "1"

    now = (folder / "2.pem").stat().st_mtime + 61
    monkeypatch.setattr("time.time", lambda: now)

    assert keys.signing().kid == "2"


def test_a_key_that_is_alone_signs_at_once(folder: Path, put_key: PutKey) -> None:
    put_key("1", NO_TIME)

    assert SigningKeys(folder, OVERLAP).signing().kid == "1"


def test_of_keys_that_are_all_new_the_first_signs(
    folder: Path, put_key: PutKey
) -> None:
    put_key("1", NO_TIME)
    put_key("2", NO_TIME)

    assert SigningKeys(folder, OVERLAP).signing().kid == "1"


def test_a_new_key_is_found_after_a_while(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    put_key("2", NO_TIME)

    assert kids(keys) == ["1"]
    clock.seconds += REREAD
    assert kids(keys) == ["1", "2"]


def test_an_unknown_key_is_looked_for_at_once_but_not_all_the_time(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    clock.seconds += REREAD_FOR_UNKNOWN
    assert keys.find("2") is None
    put_key("2", NO_TIME)

    assert keys.find("2") is None
    clock.seconds += REREAD_FOR_UNKNOWN
    assert keys.find("2")


def test_a_key_that_was_taken_away_is_not_accepted_any_more(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    put_key("2", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    (folder / "2.pem").unlink()

    clock.seconds += REREAD

    assert keys.find("2") is None
    assert keys.signing().kid == "1"


def test_a_key_that_has_not_changed_is_not_read_again(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    before = keys.find("1")

    clock.seconds += REREAD

    assert keys.find("1") is before


def test_a_key_that_was_replaced_is_read_again(
    folder: Path, put_key: PutKey, clock: Clock
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(folder, OVERLAP, clock)
    before = keys.signing().public.to_dict()
    write_signing_key(folder / "1.pem")

    clock.seconds += REREAD

    assert keys.signing().public.to_dict() != before


def empty(folder: Path) -> None:
    (folder / "1.pem").unlink()


def half_write(folder: Path) -> None:
    (folder / "2.pem").write_text("-----BEGIN PRIV")


def take_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def dangle(folder: Path) -> None:
    os.symlink(folder / "nowhere", folder / "2.pem")


@pytest.mark.parametrize("trouble", [empty, half_write, take_away, dangle])
def test_a_service_that_runs_goes_on_with_the_keys_it_has(
    tmp_path: Path,
    put_key: PutKey,
    clock: Clock,
    trouble: Callable[[Path], None],
) -> None:
    put_key("1", OLD)
    keys = SigningKeys(tmp_path, OVERLAP, clock)
    trouble(tmp_path)

    clock.seconds += REREAD

    assert keys.signing().kid == "1"


def test_without_a_key_the_error_says_what_to_do(folder: Path) -> None:
    with pytest.raises(SigningKeyMissing, match="SIGNING_KEYS_DIR"):
        SigningKeys(folder, OVERLAP)


def test_a_short_key_is_refused(folder: Path) -> None:
    write_signing_key(folder / "short.pem", bits=1024)

    with pytest.raises(SigningKeyUnusable, match=r"short\.pem"):
        SigningKeys(folder, OVERLAP)


def test_a_key_of_another_kind_is_refused(folder: Path) -> None:
    (folder / "curve.pem").write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    with pytest.raises(SigningKeyUnusable, match=r"curve\.pem"):
        SigningKeys(folder, OVERLAP)


def test_a_file_that_holds_no_key_is_refused(folder: Path) -> None:
    (folder / "text.pem").write_text("no key at all")

    with pytest.raises(SigningKeyUnusable, match=r"text\.pem"):
        SigningKeys(folder, OVERLAP)
