"""A client that offers to upgrade its connection is answered as any other."""

import pytest

from tests.raw_http import (
    CHUNKED,
    GET,
    HOST,
    JSON,
    POST,
    PRICE,
    Server,
    request,
)


@pytest.mark.parametrize(
    "offer",
    [
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
        b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
        b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
        b"Upgrade: TLS/1.2\r\nConnection: upgrade\r\n",
    ],
)
@pytest.mark.parametrize("pieces", [1, 3])
async def test_offer_to_upgrade_is_ignored(
    server: Server, offer: bytes, pieces: int
) -> None:
    sent = b"%b\r\n%b%b%b\r\n%b" % (POST, HOST, JSON, offer, PRICE)
    # The connection stays open: a second request of the same client follows.
    sent += request(GET, HOST)
    size = len(sent) // pieces + 1
    answer = await server.send(*(sent[i : i + size] for i in range(0, len(sent), size)))
    assert answer.status == 200
    assert answer.body.startswith(b'"1.00"')
    assert answer.body.count(b"HTTP/1.1 200") == 1


async def test_offer_to_upgrade_leaves_chunked_body(server: Server) -> None:
    body = b"8\r\n%b\r\n9\r\n%b\r\n0\r\n\r\n" % (PRICE[:8], PRICE[8:])
    offer = b"Upgrade: h2c\r\nConnection: Upgrade\r\n"
    sent = b"%b\r\n%b%b%b\r\n%b" % (POST, HOST, CHUNKED, offer, body)
    answer = await server.send(sent + request(GET, HOST))
    assert answer.status == 200
    assert answer.body.startswith(b'"1.00"')


async def test_connection_is_closed_as_asked_beside_an_upgrade(server: Server) -> None:
    offer = b"Upgrade: h2c\r\nConnection: Upgrade, close\r\n"
    answer = await server.send(b"%b\r\n%b%b\r\n" % (GET, HOST, offer))
    assert answer.status == 200
    assert answer.headers["connection"] == "close"
