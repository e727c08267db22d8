"""A client that writes HTTP byte by byte."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

PRICE = b'{"price": "1.00"}'
LENGTH = b"Content-Length: %d\r\n" % len(PRICE)
JSON = b"Content-Type: application/json\r\n" + LENGTH
CHUNKED = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
SHOP = "http://shop.example"
# A server whose machine stalls may begin its ten seconds for a request once more.
PATIENCE = 60.0


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A server that is spoken to in bytes."""

    host: str
    port: int

    async def send(self, *pieces: bytes) -> Answer:
        """Sends the pieces, and reads the answer until the connection ends."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass  # It has answered, and hung up, before all was sent.
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
        writer.close()
        return parsed(answer)


def parsed(answer: bytes) -> Answer:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Answer(int(status.split()[1]), headers, body)


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    return b"".join((line, b"\r\n", *headers, b"Connection: close\r\n\r\n", body))


HOST = b"Host: x\r\n"
POST = b"POST /prices HTTP/1.1"
GET = b"GET /kept HTTP/1.1"
