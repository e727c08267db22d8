"""contracts/ and the generated client match the services."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

CONTRACTS = REPOSITORY / "contracts"
CLIENT = REPOSITORY / "tools" / "client" / "generated"


def documents(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text() for f in folder.rglob("*.json")}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("contracts")
    for service in (*SERVICE_PORTS, "api-gateway"):
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, CONTRACTS / "export.py", folder],
            cwd=REPOSITORY / service,
            check=True,
            capture_output=True,
        )
    return documents(folder)


def test_contracts_are_up_to_date(exported: dict[str, str]) -> None:
    committed = documents(CONTRACTS)
    assert committed.keys() == exported.keys(), "run `make contracts`"
    outdated = [name for name in exported if exported[name] != committed[name]]
    assert not outdated, f"run `make contracts`: {outdated} changed"


def test_generated_client_matches_contracts(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 - our own program
        [
            *(sys.executable, CONTRACTS / "generate_client.py"),
            *(CONTRACTS / "openapi", tmp_path),
        ],
        cwd=REPOSITORY,
        check=True,
    )
    committed = {file.name: file.read_text() for file in CLIENT.glob("*.py")}
    generated = {file.name: file.read_text() for file in tmp_path.glob("*.py")}
    assert committed == generated, "run `make contracts`"


def body_schemas(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of all JSON objects that operations accept as their body."""
    for operations in document["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            for each in schema.get("anyOf", [schema]):
                if name := each.get("$ref", "").rpartition("/")[2]:
                    yield document["components"]["schemas"][name]


@pytest.mark.parametrize("service", SERVICE_PORTS)
def test_json_bodies_refuse_unknown_fields(service: str) -> None:
    """As every `RequestBody` does, which also refuses a body that was shortened."""
    document = json.loads((CONTRACTS / "openapi" / f"{service}.json").read_text())
    for schema in body_schemas(document):
        assert schema["additionalProperties"] is False, schema["title"]
