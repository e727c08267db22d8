"""A response that is cut short, or has more parts than usual, harms no other."""

import pytest

from app.proxy import proxy
from tests.gateway import serving
from tests.raw_service import OK, answering, with_bytes

CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf"
CUT_CHUNK = CUT.replace(b"Content-Length: 10", b"Transfer-Encoding: chunked").replace(
    b"half", b"4\r\nhalf"
)


@pytest.mark.parametrize("cut", [CUT, CUT_CHUNK])
async def test_response_that_is_cut_short_ends_the_connection(cut: bytes) -> None:
    async with answering(with_bytes(cut)) as service, serving(service.url) as gateway:
        answer = await gateway.send(
            b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n",
        )
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"half" in answer
        assert not answer.endswith(b"0\r\n\r\n")
        assert gateway.in_use == 0


async def test_old_client_notices_response_that_is_cut_short() -> None:
    async with (
        answering(with_bytes(CUT_CHUNK)) as service,
        serving(service.url) as gateway,
    ):
        with pytest.raises(ConnectionResetError):
            await gateway.send(b"GET /api/v1/products HTTP/1.0\r\n\r\n")
        assert gateway.in_use == 0


async def test_service_that_hangs_in_its_body_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proxy, "SILENCE_SECONDS", 0.2)
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    async with answering(with_bytes(begun)) as service, serving(service.url) as gateway:
        answer = await gateway.send(
            b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n",
        )
        assert answer.endswith(b"half")
        assert gateway.in_use == 0


async def test_interim_responses_are_skipped() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with (
        answering(with_bytes(early + OK)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        for _ in range(2):
            response = await client.get("/api/v1/products")
            assert (response.status_code, response.content) == (200, b"ok")
            assert "link" not in response.headers


async def test_unasked_bytes_do_not_become_a_response() -> None:
    poison = OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
    async with (
        answering(with_bytes(poison)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        for _ in range(3):
            assert (await client.get("/api/v1/products")).content == b"ok"


async def test_body_that_ends_with_the_connection_passes() -> None:
    whole = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\neverything"
    async with (
        answering(with_bytes(whole)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        assert (await client.get("/api/v1/products")).content == b"everything"


@pytest.mark.parametrize(
    ("status", "header"),
    [
        (b"600 Odd", b"X: y"),
        (b"999 Odd", b"X: y"),
        (b"000 Odd", b"X: y"),
        (b"200 OK", b"Transfer-Encoding: gzip, chunked"),
        (b"200 OK", b"Transfer-Encoding: xchunked"),
    ],
)
async def test_response_of_odd_form_is_a_502(status: bytes, header: bytes) -> None:
    odd = b"HTTP/1.1 %b\r\n%b\r\n\r\n2\r\nok\r\n0\r\n\r\n" % (status, header)
    async with (
        answering(with_bytes(odd)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get("/api/v1/products")
        assert response.status_code == 502
        assert response.json()["code"] == "service_failed"
        assert gateway.in_use == 0
