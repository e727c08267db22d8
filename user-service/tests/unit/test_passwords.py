"""Password hashes."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing

import bcrypt
import pytest

from app.errors import TooManyPasswords
from app.services.passwords import MOST_IN_LINE, Passwords

WIDTH = 2


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    with closing(Passwords(4, WIDTH)) as passwords:
        yield passwords


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


async def test_the_line_has_an_end(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: may_end.wait() and b"hash")
    line = [
        asyncio.create_task(passwords.hash("correct horse"))
        for _ in range(WIDTH * MOST_IN_LINE)
    ]
    await asyncio.sleep(0)  # each of them is in line now

    try:
        with pytest.raises(TooManyPasswords):
            await passwords.hash("correct horse")
    finally:
        may_end.set()

    assert await asyncio.gather(*line) == ["hash"] * len(line)
    assert await passwords.hash("correct horse")
