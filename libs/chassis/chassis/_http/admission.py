"""Rejects requests at once that could only be answered too late."""

import asyncio
import time

from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._http.arrival import ARRIVED_AT
from chassis._http.health import OPERATIONAL_PATHS
from chassis._http.problems import render_problem

# Requests in progress at the same time. More of them would share one event loop and one
# pool of connections, and all of them would take longer.
AT_WORK = 32
# Waiting requests included.
PRESENT = 256
# Every response begins this long after the end of its request has arrived, even if the
# event loop reads it late: the contract gives an order three seconds.
ANSWER_SECONDS = 2.8
# The time that a request needs when its turn comes is what recent requests took, and a
# quarter more, but at least this.
LEAST_WORK_SECONDS = 0.3
RECENT_REQUESTS = 32

REJECTED = Counter(
    "http_requests_rejected_total",
    "Requests that got 503, because too many were present (crowd) or had large bodies"
    " (bodies), too many connections were open (connections), or they waited for too"
    " long (queue)",
    ["reason"],
)
for _reason in ("crowd", "bodies", "connections", "queue"):
    # A counter that begins at its first rejection hides that one from Prometheus.
    REJECTED.labels(_reason)


class Overloaded(Unavailable):
    """There are more requests than can be answered in time."""


class AdmissionMiddleware:
    """Runs some requests, queues some, and rejects the others.

    A request waits for its turn as long as it can still be answered by its deadline,
    `scope["state"]["deadline"]`, which later steps share. It frees its place as soon as
    its response begins, so that a stream, or a client that reads slowly, does not delay
    others.
    """

    def __init__(self, app: ASGIApp, at_work: int = AT_WORK) -> None:
        self._app = app
        self._present = 0
        self._turns = asyncio.Semaphore(at_work)
        # From the turn of a request to its response: the average of recent requests.
        self._seconds_at_work = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        arrived_at = state.get(ARRIVED_AT, time.monotonic())
        state["deadline"] = deadline = Deadline(arrived_at + ANSWER_SECONDS)
        if scope["path"] in OPERATIONAL_PATHS:
            await self._app(scope, receive, send)
            return
        reason = await self._refusal(deadline)
        if reason is not None:
            REJECTED.labels(reason).inc()
            error = Overloaded("too many requests at the moment")
            await render_problem(scope, error)(scope, receive, send)
            return
        await self._work(scope, receive, send)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the application, and ends the turn when the response begins."""
        began = time.monotonic()
        is_at_work = True

        def leave() -> None:
            nonlocal is_at_work
            if is_at_work:
                is_at_work = False
                self._present -= 1
                self._turns.release()
                self._note_duration(time.monotonic() - began)

        async def send_and_leave(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            await self._app(scope, receive, send_and_leave)
        finally:
            leave()

    def _note_duration(self, seconds: float) -> None:
        self._seconds_at_work += (seconds - self._seconds_at_work) / RECENT_REQUESTS

    async def _refusal(self, deadline: Deadline) -> str | None:
        """Waits for a turn; returns the reason if there is none."""
        if self._present >= PRESENT:
            return "crowd"
        self._present += 1
        if not self._turns.locked():
            await self._turns.acquire()
            return None
        try:
            needed = max(self._seconds_at_work * 1.25, LEAST_WORK_SECONDS)
            async with asyncio.timeout(deadline.earlier(needed).remaining()):
                await self._turns.acquire()
        except BaseException as error:
            self._present -= 1
            if isinstance(error, TimeoutError):
                return "queue"
            raise
        return None
