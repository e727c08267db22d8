"""The documents from which these tests are made are those that the services serve."""

from typing import Any

import httpx
import pytest

from tests.api.operations import document
from tools.local.lifecycle import Platform
from tools.local.ports import PORTS


@pytest.mark.parametrize("service", PORTS)
def test_service_serves_its_contract(platform: Platform, service: str) -> None:
    served: dict[str, Any] = httpx.get(f"{platform.url(service)}/openapi.json").json()
    written = document(service)

    for one in (served, written):
        # The address where tokens are to be had is another on every platform.
        one["components"].pop("securitySchemes")
    assert served == written
