"""A mail that its server has accepted is sent, even if the event loop is late."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import uvloop

from app.clients import smtp
from app.clients.channel import Outcome, Sent
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from tests.factories.notifications import a_claimed_notification

ATTEMPTS = 20


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


class BlockingServer:
    """Accepts mails in a thread. Before each answer to a mail, it has the event loop of
    the sender blocked until the sender's time is over.

    Attributes:
        accepted: the number of mails.
    """

    def __init__(self) -> None:
        self.accepted = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._block, self._blocker = socket.socketpair()
        self._is_blocked = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> MailServer:
        self._thread.start()
        host, port = self._listener.getsockname()
        return MailServer(host, port, sender="shop@example.com")

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for each in (self._listener, self._block, self._blocker):
            each.close()

    @contextmanager
    def blocking_loop(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._block, self._be_busy)
        try:
            yield
        finally:
            loop.remove_reader(self._block)

    def _be_busy(self) -> None:
        self._block.recv(1)
        self._is_blocked.set()
        time.sleep(smtp.SEND_SECONDS + 0.2)

    def _serve(self) -> None:
        with suppress(OSError):  # it listens no more
            while True:
                connection, _ = self._listener.accept()
                self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            connection.send(b"220 ready\r\n")
            for line in lines:
                if line == b".\r\n":
                    self._blocker.send(b"x")
                    self._is_blocked.wait()
                    self.accepted += 1
                if line[:4] in (b"EHLO", b"MAIL", b"RCPT", b".\r\n", b"QUIT"):
                    connection.send(b"250 OK\r\n")
                if line[:4] == b"DATA":
                    connection.send(b"354 go on\r\n")


def test_accepted_mail_is_sent_if_loop_is_late(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.5)
    server = BlockingServer()

    async def send_until_accepted(channel: SmtpChannel) -> Outcome:
        with server.blocking_loop():
            # If the test machine stalls, the time can be over before.
            for _ in range(ATTEMPTS):
                outcome = await channel.send(a_claimed_notification())
                if server.accepted:
                    break
        await channel.close()
        return outcome

    with server as address:
        outcome = runner.run(send_until_accepted(SmtpChannel(address)))
    assert outcome == Sent()
    assert server.accepted == 1
