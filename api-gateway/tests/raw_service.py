"""A service that answers in bytes, as no proper server would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
LIVE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class RawService:
    """
    Attributes:
        heads: the heads of the requests that it got, in their order.
    """

    answer: Answer
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith((b"GET /health/", b"GET /.well-known/")):
                    writer.write(LIVE)
                    break
                self.heads.append(head)
                await self.answer(head, writer)
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The gateway has closed its connection.
        finally:
            writer.close()


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[RawService]:
    service = RawService(answer)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.stop = server.close
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()


def with_bytes(*answers: bytes) -> Answer:
    """Answers each request with the next bytes; the last repeat."""
    remaining = list(answers)

    async def answer(_: bytes, writer: asyncio.StreamWriter) -> None:
        data = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        writer.write(data)
        await writer.drain()
        if not data or b"Connection: close" in data:
            writer.close()

    return answer
