"""An SMTP server that delivers every message into a directory, one `.eml` file each."""

import argparse
import asyncio
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from tools.local.files import write_private
from tools.local.layout import REPOSITORY, Layout
from tools.local.ports import HOST
from tools.local.program import Program

NAME = "mail"


def program(layout: Layout, port: int) -> Program:
    def ready() -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=2) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    return Program(
        name=NAME,
        group="services",
        command=[sys.executable, "-m", "tools.local.mailsink", str(port), layout.mail],
        directory=REPOSITORY,
        ready=ready,
    )


@dataclass(frozen=True)
class Mailbox:
    directory: Path

    async def handle_DATA(  # noqa: N802 -- aiosmtpd looks it up by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        received = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        path = self.directory / f"{received}-{uuid4().hex[:8]}.eml"
        try:
            write_private(path, envelope.original_content or b"")
        except OSError as error:
            print("mail_not_stored", error.strerror, flush=True)
            return "452 4.3.1 Insufficient system storage"
        print("mail_received", path.name, flush=True)
        return "250 OK"

    async def handle_exception(self, error: Exception) -> str:
        """Defers the mail after any other fault here; aiosmtpd itself answers 500."""
        print("mail_not_received", type(error).__name__, flush=True)
        return "451 4.3.0 Internal error"


async def serve(port: int, directory: Path) -> None:
    # Without a hostname, each connection would ask the name server for ours.
    smtp = partial(SMTP, Mailbox(directory), hostname="localhost", enable_SMTPUTF8=True)
    server = await asyncio.get_running_loop().create_server(smtp, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.directory))
