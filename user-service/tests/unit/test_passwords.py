"""Password hashes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest

from app.services.passwords import Passwords


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    with ThreadPoolExecutor(2, "bcrypt") as threads:
        yield Passwords(4, threads)


async def test_a_password_matches_its_hash(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse")

    assert await passwords.match("correct horse", hashed)


async def test_another_password_does_not_match(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse")

    assert not await passwords.match("correct house", hashed)


async def test_what_bcrypt_would_cut_off_counts(passwords: Passwords) -> None:
    hashed = await passwords.hash("n" * 72)

    assert not await passwords.match("n" * 73, hashed)


async def test_nothing_matches_a_missing_hash(passwords: Passwords) -> None:
    assert not await passwords.match("correct horse", None)


async def test_bcrypt_runs_beside_the_event_loop(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    hashpw, checkpw = bcrypt.hashpw, bcrypt.checkpw

    def noted_hashpw(password: bytes, salt: bytes) -> bytes:
        threads.append(threading.current_thread().name)
        return hashpw(password, salt)

    def noted_checkpw(password: bytes, hashed: bytes) -> bool:
        threads.append(threading.current_thread().name)
        return checkpw(password, hashed)

    monkeypatch.setattr(bcrypt, "hashpw", noted_hashpw)
    monkeypatch.setattr(bcrypt, "checkpw", noted_checkpw)

    await passwords.match("correct horse", await passwords.hash("correct horse"))

    assert [name.rpartition("_")[0] for name in threads] == ["bcrypt", "bcrypt"]
