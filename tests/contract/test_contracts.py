"""contracts/ and the generated client match the services."""

import subprocess
import sys
from pathlib import Path

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
    for service in SERVICE_PORTS:
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
