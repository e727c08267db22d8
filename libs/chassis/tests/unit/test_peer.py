"""Outcomes of calls to another service, and their retries."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider

from chassis import Deadline, Peer, PeerFailed, PeerTimeout, PeerUnreachable
from chassis._peers import recovery
from chassis._peers.breaker import FAILURES
from chassis._peers.errors import CircuitOpen
from chassis._peers.peer import ATTEMPTS
from chassis.testing import a_peer, eventually
from tests.stopwatch import stopwatch

Outcome = httpx.Response | Exception

REFUSED = httpx.ConnectError("refused")
CUT = httpx.ReadError("cut")
# In seconds, for calls of which no time limit is under test.
PATIENCE = 30.0


class OtherService:
    """Returns the given outcomes in turn, and repeats the last one."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = [httpx.Response(200)]
        self.asked: list[str] = []
        self.traceparents: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.traceparents.append(request.headers.get("traceparent", ""))
        outcome = self.outcomes[0]
        if len(self.outcomes) > 1:
            del self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def service() -> OtherService:
    return OtherService()


@pytest_asyncio.fixture
async def peer(service: OtherService) -> AsyncIterator[Peer]:
    async with a_peer(httpx.MockTransport(service)) as peer:
        yield peer


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unsent_request_is_retried(
    peer: Peer, service: OtherService, method: str
) -> None:
    service.outcomes = [REFUSED, httpx.Response(200)]
    assert (
        await peer.call(method, "/thing", Deadline.after(PATIENCE))
    ).status_code == 200
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("method", "repeatable", "attempts"),
    [
        ("GET", False, ATTEMPTS),
        ("PUT", False, ATTEMPTS),
        ("POST", True, ATTEMPTS),
        ("POST", False, 1),
    ],
)
async def test_failed_request_is_retried_if_idempotent(
    peer: Peer, service: OtherService, method: str, repeatable: bool, attempts: int
) -> None:
    service.outcomes = [httpx.Response(503)]
    with pytest.raises(PeerFailed):
        await peer.call(
            method, "/thing", Deadline.after(PATIENCE), repeatable=repeatable
        )
    assert len(service.asked) == attempts


async def test_unanswered_request_is_not_retried(
    peer: Peer, service: OtherService
) -> None:
    service.outcomes = [CUT]
    with pytest.raises(PeerTimeout):
        await peer.call("GET", "/thing", Deadline.after(PATIENCE))
    assert len(service.asked) == 1


async def test_client_error_is_returned(peer: Peer, service: OtherService) -> None:
    service.outcomes = [httpx.Response(409)]
    for _ in range(10):
        assert (
            await peer.call("GET", "/thing", Deadline.after(PATIENCE))
        ).status_code == 409


async def test_all_attempts_together_have_the_one_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with a_peer(httpx.MockTransport(never)) as peer:
        async with stopwatch() as waited:
            with pytest.raises(PeerTimeout):
                await peer.call("GET", "/thing", Deadline.after(0.1))
        assert waited.seconds < 1


async def test_failing_peer_opens_circuit(peer: Peer, service: OtherService) -> None:
    service.outcomes = [REFUSED]
    for _ in range(2):
        with pytest.raises(PeerUnreachable):
            await peer.call("GET", "/thing", Deadline.after(PATIENCE))
    asked = len(service.asked)
    with pytest.raises(CircuitOpen):
        await peer.call("GET", "/thing", Deadline.after(PATIENCE))
    assert len(service.asked) == asked


async def test_failed_calls_aside_open_no_circuit(
    peer: Peer, service: OtherService
) -> None:
    service.outcomes = [httpx.Response(503)]
    for _ in range(FAILURES):
        with pytest.raises(PeerFailed):
            await peer.call_aside("GET", "/thing", Deadline.after(PATIENCE))
    assert peer.breaker_state == "closed"
    assert len(service.asked) == FAILURES


async def test_call_aside_is_made_unless_circuit_is_open(
    peer: Peer, service: OtherService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "POLL_SECONDS", 0.01)
    await open_circuit(peer, service)
    with pytest.raises(CircuitOpen):
        await peer.call_aside("GET", "/aside", Deadline.after(PATIENCE))

    service.outcomes = [httpx.Response(200)]
    await eventually(lambda: is_half_open(peer))
    await peer.call_aside("GET", "/aside", Deadline.after(PATIENCE))
    assert service.asked.count("/aside") == 1
    assert peer.breaker_state == "half-open"


async def open_circuit(peer: Peer, service: OtherService) -> None:
    service.outcomes = [httpx.Response(503)]
    for _ in range(2):
        with pytest.raises(PeerFailed):
            await peer.call("GET", "/thing", Deadline.after(PATIENCE))


async def is_half_open(peer: Peer) -> bool:
    return peer.breaker_state == "half-open"


async def test_recovered_peer_is_soon_called_again(
    peer: Peer, service: OtherService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "POLL_SECONDS", 0.01)
    await open_circuit(peer, service)
    service.outcomes = [httpx.Response(200)]

    async def answers() -> bool:
        try:
            response = await peer.call("GET", "/thing", Deadline.after(PATIENCE))
        except CircuitOpen:
            return False
        return response.status_code == 200

    await eventually(answers)
    assert "/health/ready" in service.asked
    assert peer.breaker_state == "closed"


async def test_polling_peer_is_outside_the_request(
    peer: Peer, service: OtherService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "POLL_SECONDS", 0.01)
    service.outcomes = [REFUSED]
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("request") as request:
        for _ in range(FAILURES):
            with pytest.raises(PeerUnreachable):
                await peer.call("POST", "/thing", Deadline.after(PATIENCE))

    async def is_looked_after() -> bool:
        return service.asked[-1] == "/health/ready"

    await eventually(is_looked_after)
    trace_id = f"{request.get_span_context().trace_id:032x}"
    of_the_request = [trace_id in traceparent for traceparent in service.traceparents]
    assert of_the_request[0]
    assert not of_the_request[-1]
