import asyncio
import resource
import smtplib
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import NoReturn

import pytest

from tools.local import mailsink
from tools.local.layout import Layout
from tools.local.polling import wait_until
from tools.local.ports import HOST, assign, free_ports

MAIL = b"Subject: Hi\n\nYo"


def test_message_arrives_as_a_file(tmp_path: Path) -> None:
    with running(tmp_path) as (_, port):
        deliver(port)

    (path,) = mail_in(tmp_path / "mail")
    assert message_from_bytes(path.read_bytes())["Subject"] == "Hi"


def test_full_disk_defers_mail_until_there_is_room(tmp_path: Path) -> None:
    with running(tmp_path) as (server, port):
        # As on a full disk, no file of the server can grow.
        unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            deliver(port)
        left_behind = list((tmp_path / "mail").iterdir())
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
        deliver(port)

    assert refusal.value.smtp_code == 452
    assert left_behind == []
    assert len(mail_in(tmp_path / "mail")) == 1


async def test_any_other_fault_of_the_sink_defers_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError

    monkeypatch.setattr(mailsink, "write_private", broken)
    async with serving(tmp_path) as port:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            await asyncio.to_thread(deliver, port)
    assert refusal.value.smtp_code == 451


async def test_mail_arrives_without_a_name_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> NoReturn:
        raise AssertionError("the name server was asked")

    monkeypatch.setattr(socket, "getfqdn", asked)
    async with serving(tmp_path) as port:
        await asyncio.to_thread(deliver, port, "[127.0.0.1]")
    assert len(mail_in(tmp_path)) == 1


def mail_in(directory: Path) -> list[Path]:
    return list(directory.glob("*.eml"))


def deliver(port: int, own_name: str = "localhost") -> None:
    with smtplib.SMTP(HOST, port, own_name) as client:
        client.sendmail("a@example.com", ["b@example.com"], MAIL)


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[int]:
    (port,) = free_ports(1)
    server = asyncio.create_task(mailsink.serve(port, directory))
    assert await asyncio.to_thread(wait_until, lambda: listens(port), 10)
    try:
        yield port
    finally:
        server.cancel()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def running(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    layout = Layout(root)
    layout.create()
    port = assign(layout.ports)["smtp"]
    program = mailsink.program(layout, port)
    with subprocess.Popen(  # noqa: S603 -- every word is our own
        list(program.command), cwd=program.directory, stdout=subprocess.DEVNULL
    ) as server:
        try:
            assert wait_until(program.ready, timeout=10)
            yield server, port
        finally:
            server.terminate()
