"""Health, liveness and readiness, for people and for orchestrators."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import FastAPI, Response

from chassis._http.probes import Probe, Probes
from chassis._peers.peer import Peer
from chassis._shutdown import Shutdown
from chassis._values.schemas import ResponseBody, example

# Machines call these all the time: they are never traced, logged or queued.
OPERATIONAL_PATHS = frozenset({"/metrics", "/health", "/health/live", "/health/ready"})


class HealthRead(ResponseBody):
    model_config = example(
        {
            "status": "healthy",
            "checks": {"database": "up", "broker": "up", "user-service": "up"},
            "breakers": {"user-service": "closed"},
            "timestamp": "2026-01-31T12:00:00Z",
            "service": "order-service",
            "version": "1.0.0",
        }
    )

    status: Literal["healthy", "degraded", "unhealthy"]
    checks: dict[str, Literal["up", "down"]]
    breakers: dict[str, Literal["closed", "open", "half-open"]]
    timestamp: datetime
    service: str
    version: str


class LivenessRead(ResponseBody):
    model_config = example({"status": "alive"})

    status: Literal["alive"] = "alive"


class ReadinessRead(ResponseBody):
    model_config = example({"status": "ready"})

    status: Literal["ready", "not ready"]


class Health:
    """Probes the dependencies of the service directly, at each request.

    Concurrent requests share probes.

    Attributes:
        own: the probe of the service's own database, if it has one; without it nothing
            works.
    """

    def __init__(self, service: str, version: str, shutdown: Shutdown) -> None:
        self._service = service
        self._version = version
        self._shutdown = shutdown
        self.own: Probe | None = None
        self._others: dict[str, Probe] = {}
        self._peers: list[Peer] = []
        self._probes = Probes()

    def add_probe(self, name: str, probe: Probe) -> None:
        """Adds a probe of something without which the service is only degraded."""
        self._others[name] = probe

    def add_peer(self, peer: Peer) -> None:
        self.add_probe(peer.name, peer.ping)
        self._peers.append(peer)

    async def report(self) -> HealthRead:
        own = {} if self.own is None else {"database": self.own}
        dependencies = {**own, **self._others}
        answers = await asyncio.gather(
            *(self._probes.succeeds(*item) for item in dependencies.items())
        )
        up = dict(zip(dependencies, answers, strict=True))
        return HealthRead(
            status="unhealthy"
            if not up.get("database", True)
            else "healthy"
            if all(answers)
            else "degraded",
            checks={name: "up" if ok else "down" for name, ok in up.items()},
            breakers={peer.name: peer.breaker_state for peer in self._peers},
            timestamp=datetime.now(UTC),
            service=self._service,
            version=self._version,
        )

    async def is_ready(self) -> bool:
        if self._shutdown.begun:
            return False
        return self.own is None or await self._probes.succeeds("database", self.own)


def install_health(app: FastAPI, health: Health) -> None:
    unwell: dict[int | str, dict[str, Any]] = {
        503: {"model": HealthRead, "description": "The database does not respond"}
    }

    @app.get("/health", tags=["operations"], responses=unwell)
    async def report_health(response: Response) -> HealthRead:
        """Reports the state of this service and of its dependencies."""
        report = await health.report()
        response.status_code = 503 if report.status == "unhealthy" else 200
        return report

    @app.get("/health/live", tags=["operations"])
    async def report_liveness() -> LivenessRead:
        """Responds while the process runs."""
        return LivenessRead()

    unready: dict[int | str, dict[str, Any]] = {
        503: {"model": ReadinessRead, "description": "Not ready for requests"}
    }

    @app.get("/health/ready", tags=["operations"], responses=unready)
    async def report_readiness(response: Response) -> ReadinessRead:
        """Reports whether the service can take requests."""
        if await health.is_ready():
            return ReadinessRead(status="ready")
        response.status_code = 503
        return ReadinessRead(status="not ready")
