"""The log line of a rejected service."""

import hashlib

import pytest
import structlog
from structlog.testing import LogCapture

from app.errors import InvalidClient
from app.security.service_clients import ServiceClients

CLIENTS = ServiceClients({"order-service": hashlib.sha256(b"right").hexdigest()})


@pytest.mark.parametrize(
    ("client_id", "logged"),
    [("order-service", "order-service"), ("a secret in the wrong field", None)],
)
def test_rejection_logs_client_only_if_known(
    client_id: str, logged: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = LogCapture()
    log = structlog.wrap_logger(None, processors=[capture])
    monkeypatch.setattr("app.security.service_clients.log", log)
    with pytest.raises(InvalidClient):
        CLIENTS.authenticate(client_id, "wrong")
    [line] = capture.entries
    assert (line["event"], line["client_id"]) == ("service_client_rejected", logged)
