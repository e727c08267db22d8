"""The platform that is measured: one of its own, as it is run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self

from chassis.testing import Collector
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, SERVICE_PORTS, free_ports

ROOT = REPOSITORY / ".local" / "bench"
# Longer than a run, so that no user logs in again.
GIVEN = {"ACCESS_TOKEN_EXPIRE_MINUTES": "600"}
# The library's own delay. Tests export each 200 ms, and an export of a few spans costs
# as much as one of hundreds.
BATCHED: Mapping[str, str] = {"OTEL_BSP_SCHEDULE_DELAY": "5000"}
# As production runs: metrics, logs at INFO, and one trace in ten.
PRODUCTION: Mapping[str, str] = {
    **BATCHED,
    "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
    "OTEL_TRACES_SAMPLER_ARG": "0.1",
}
# The load comes from one address, and most of it from one user.
UNLIMITED: Mapping[str, str] = dict.fromkeys(
    ("LIMIT_ANONYMOUS", "LIMIT_SIGNED_IN", "LIMIT_SIGN_IN"), "999999999/second"
)


class Scene:
    def __init__(self, collector: Collector) -> None:
        self._ports = dict(
            zip(SERVICE_PORTS, free_ports(len(SERVICE_PORTS)), strict=True)
        )
        self.collector = collector

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        with Collector.running() as collector:
            scene = cls(collector)
            platform = scene._platform({})
            platform.delete()
            try:
                platform.start()
                yield scene
            finally:
                platform.stop()

    def restarted(self, environment: Mapping[str, str]) -> Platform:
        """The same platform, with these additional settings."""
        platform = self._platform(environment)
        platform.stop(only=SERVICE_PORTS)
        platform.start()
        return platform

    @contextmanager
    def behind_gateway(self, environment: Mapping[str, str]) -> Iterator[Platform]:
        """The platform with its gateway, which limits no caller."""
        self._platform({}).stop()
        [port] = free_ports(1)
        settings = {**PRODUCTION, **UNLIMITED, **environment}
        platform = self._platform(settings, {**self._ports, GATEWAY: port})
        try:
            platform.start()
            yield platform
        finally:
            # Other parts measure the services alone.
            platform.stop()
            self._platform({}).start()

    def _platform(
        self, environment: Mapping[str, str], ports: Mapping[str, int] | None = None
    ) -> Platform:
        given = {**GIVEN, **self.collector.environment, **environment}
        return Platform(ROOT, ports or self._ports, given=given)
