"""The pieces in which a response is given to the system."""

import asyncio
from collections.abc import Iterable

from chassis._http.response_transport import ResponseTransport


class Wire(asyncio.Transport):
    """Keeps what is written, one element for each call."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self._is_closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self._is_closing
        self.written.append(bytes(data))

    def writelines(
        self, list_of_data: Iterable[bytes | bytearray | memoryview]
    ) -> None:
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True


def on(wire: Wire) -> ResponseTransport:
    return ResponseTransport(wire, asyncio.get_running_loop(), lambda: False)


async def test_head_and_body_are_one_write() -> None:
    wire = Wire()
    responses = on(wire)
    for _ in range(2):
        responses.write(b"head ")
        responses.write(b"body")
        responses.end_response()
    assert wire.written == [b"head body", b"head body"]
    assert responses.written == len(b"head body") * 2


async def test_head_is_sent_when_body_comes_later() -> None:
    wire = Wire()
    responses = on(wire)
    responses.write(b"head")
    await asyncio.sleep(0)
    assert wire.written == [b"head"]
    responses.write(b"first ")
    responses.write(b"second")
    await asyncio.sleep(0)
    assert wire.written == [b"head", b"first ", b"second"]


async def test_response_without_body_is_sent_at_its_end() -> None:
    wire = Wire()
    responses = on(wire)
    responses.write(b"head")
    responses.end_response()
    assert wire.written == [b"head"]


async def test_head_is_sent_before_connection_ends() -> None:
    wire = Wire()
    responses = on(wire)
    responses.write(b"head")
    responses.close()
    await asyncio.sleep(0)
    assert wire.written == [b"head"]


async def test_nothing_is_sent_when_client_has_left() -> None:
    wire = Wire()
    responses = on(wire)
    responses.write(b"head")
    wire.close()
    await asyncio.sleep(0)
    assert wire.written == []
