"""The log line of a rejected service."""

import hashlib

import pytest
from structlog.testing import capture_logs

from app.errors import InvalidClient
from app.security.service_clients import ServiceClients

CLIENTS = ServiceClients({"order-service": hashlib.sha256(b"right").hexdigest()})


@pytest.mark.parametrize(
    ("client_id", "logged"),
    [("order-service", "order-service"), ("a secret in the wrong field", None)],
)
def test_rejection_logs_client_only_if_known(
    client_id: str, logged: str | None
) -> None:
    with capture_logs() as lines, pytest.raises(InvalidClient):
        CLIENTS.authenticate(client_id, "wrong")
    [line] = lines
    assert (line["event"], line["client_id"]) == ("service_client_rejected", logged)
