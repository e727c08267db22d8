"""Serves `/metrics` at an address of its own, which is not a public one."""

from types import TracebackType
from typing import Self

from prometheus_client import start_http_server


class MetricsServer:
    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    def __enter__(self) -> Self:
        try:
            self._server, self._thread = start_http_server(self._port, self._host)
        except OSError as error:
            address = f"{self._host}:{self._port}"
            raise SystemExit(
                f"error: METRICS_PORT: cannot listen on {address}: {error}"
            ) from None
        return self

    @property
    def port(self) -> int:
        return self._server.server_port

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
