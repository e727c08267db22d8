"""A peer on a real socket, which responds as a test says."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
ANSWER = OK + b"Content-Length: 2\r\n\r\nok"

Respond = Callable[["PeerServer", StreamWriter], Awaitable[None]]


class PeerServer:
    """Responds as the test says, and notes each request and connection."""

    def __init__(self) -> None:
        self.respond: Respond = answer
        self.requests: list[str] = []
        self.heads: list[str] = []
        self.connections: list[StreamWriter] = []
        self.listener: asyncio.Server

    @property
    def url(self) -> str:
        host, port = self.listener.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections.append(writer)
        while not writer.is_closing():
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            self.heads.append(head.decode())
            self.requests.append(head.decode().partition(" HTTP/")[0])
            await self.respond(self, writer)
        writer.close()


async def answer(_: PeerServer, writer: StreamWriter) -> None:
    writer.write(ANSWER)


@asynccontextmanager
async def listening() -> AsyncIterator[PeerServer]:
    server = PeerServer()
    server.listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    try:
        yield server
    finally:
        server.listener.close()
        for connection in server.connections:
            connection.close()
