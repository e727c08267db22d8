"""Password hashes."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import closing

import bcrypt
import pytest

from app.errors import PasswordQueueFull
from app.security.passwords import MAX_CALLERS_PER_THREAD, Passwords

WIDTH = 2


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    with closing(Passwords(4, WIDTH)) as passwords:
        yield passwords


async def test_password_matches_its_hash(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse")

    assert await passwords.verify("correct horse", hashed)


async def test_wrong_password_does_not_match(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse")

    assert not await passwords.verify("correct house", hashed)


async def test_password_beyond_bcrypt_limit_does_not_match(
    passwords: Passwords,
) -> None:
    hashed = await passwords.hash("n" * 72)

    assert not await passwords.verify("n" * 73, hashed)


async def test_no_password_matches_missing_hash(passwords: Passwords) -> None:
    assert not await passwords.verify("correct horse", None)


async def test_bcrypt_runs_outside_event_loop(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    hashpw, checkpw = bcrypt.hashpw, bcrypt.checkpw

    def recording_hashpw(password: bytes, salt: bytes) -> bytes:
        threads.append(threading.current_thread().name)
        return hashpw(password, salt)

    def recording_checkpw(password: bytes, hashed: bytes) -> bool:
        threads.append(threading.current_thread().name)
        return checkpw(password, hashed)

    monkeypatch.setattr(bcrypt, "hashpw", recording_hashpw)
    monkeypatch.setattr(bcrypt, "checkpw", recording_checkpw)

    await passwords.verify("correct horse", await passwords.hash("correct horse"))

    assert [name.rpartition("_")[0] for name in threads] == ["bcrypt", "bcrypt"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority there")
async def test_bcrypt_yields_to_event_loop(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own_priority(*_: bytes) -> bytes:
        return str(os.getpriority(os.PRIO_PROCESS, 0)).encode()

    before = own_priority()
    lowest = 19
    monkeypatch.setattr(bcrypt, "hashpw", own_priority)

    yielding = int(await passwords.hash("correct horse"))

    assert yielding == lowest or yielding > int(before)
    assert own_priority() == before


async def test_full_queue_rejects_passwords(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_finish = threading.Event()
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: may_finish.wait() and b"hash")
    queue = [
        asyncio.create_task(passwords.hash("correct horse"))
        for _ in range(WIDTH * MAX_CALLERS_PER_THREAD)
    ]
    await asyncio.sleep(0)  # each of them enters the queue

    try:
        with pytest.raises(PasswordQueueFull):
            await passwords.hash("correct horse")
    finally:
        may_finish.set()

    assert await asyncio.gather(*queue) == ["hash"] * len(queue)
    assert await passwords.hash("correct horse")
