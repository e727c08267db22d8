"""The compose profile `keycloak` fits the realm file, its secrets and user-service."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.keycloak import REALM, VERSION
from tools.compose import keycloak_profile
from tools.compose.vault import Vault
from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / "docker-compose.yml").read_text()
)["services"]
KEYCLOAK = SERVICES["keycloak"]
IMPORT = "/opt/keycloak/data/import"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
MANAGEMENT = "127.0.0.1/9000"


def test_only_keycloak_has_a_profile() -> None:
    profiles = {name: part.get("profiles") for name, part in SERVICES.items()}
    with_profile = {name: given for name, given in profiles.items() if given}
    assert with_profile == {"keycloak": [keycloak_profile.PROFILE]}


def test_no_part_waits_for_keycloak() -> None:
    assert not [
        n for n, part in SERVICES.items() if "keycloak" in part.get("depends_on", ())
    ]


def test_image_is_the_version_of_the_tests() -> None:
    assert KEYCLOAK["image"] == f"quay.io/keycloak/keycloak:{VERSION}"


def test_realm_file_is_imported() -> None:
    mounts = dict(volume.split(":")[:2] for volume in KEYCLOAK["volumes"])
    [source] = [source for source, target in mounts.items() if target == IMPORT]
    assert REPOSITORY / source == REALM.parent
    assert "--import-realm" in KEYCLOAK["entrypoint"][-1]


def test_placeholders_of_realm_are_set(tmp_path: Path) -> None:
    for name in keycloak_profile.SECRETS:
        (tmp_path / name).write_text("generated")
    generated = keycloak_profile.variables(Vault(tmp_path))
    placeholders = set(PLACEHOLDER.findall(REALM.read_text()))
    assert placeholders <= KEYCLOAK["environment"].keys() | generated.keys()


def test_no_secret_is_in_the_compose_file() -> None:
    secret = {n for n in KEYCLOAK["environment"] if "SECRET" in n or "PASSWORD" in n}
    assert secret == set()


def test_addresses_agree() -> None:
    environment = KEYCLOAK["environment"]
    port = PORTS["user-service"]
    assert environment["KC_HOSTNAME"] == keycloak_profile.PUBLIC_URL
    assert environment["KC_HOSTNAME_BACKCHANNEL_DYNAMIC"] == "true"
    assert KEYCLOAK["ports"] == ["127.0.0.1:8080:8080"]
    assert environment["PANNIER_LOGOUT_URL"] == (
        f"http://user-service:{port}/auth/oidc/backchannel-logout"
    )
    assert "platform" in {*KEYCLOAK["networks"]} & {
        *SERVICES["user-service"]["networks"]
    }
    contract = json.loads(
        (REPOSITORY / "contracts/openapi/user-service.json").read_text()
    )
    assert "/auth/oidc/backchannel-logout" in contract["paths"]


def test_secrets_generator_has_a_folder_for_each_part() -> None:
    targets = [volume.split(":")[1] for volume in SERVICES["secrets"]["volumes"]]
    parts = {Path(t).name for t in targets if t.startswith("/handed-out/")}
    dockerfile = (REPOSITORY / "tools/compose/Dockerfile").read_text()
    [listed] = re.findall(r"for part in (.+?); do", dockerfile.replace("\\\n", ""))
    assert set(listed.split()) == parts


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def is_healthy(port: int) -> bool:
    _, *command = KEYCLOAK["healthcheck"]["test"]
    script = command.pop().replace("$$", "$")
    assert MANAGEMENT in script
    script = script.replace(MANAGEMENT, f"127.0.0.1/{port}")
    done = subprocess.run(  # noqa: S603 - our own
        [*command, script], capture_output=True, check=False, timeout=10
    )
    return done.returncode == 0


@pytest.mark.parametrize("status", [200, 503, 404])
def test_health_check_reads_the_status(status: int) -> None:
    with answering(status) as port:
        assert is_healthy(port) is (status == 200)


def test_health_check_fails_while_nothing_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert not is_healthy(closed.getsockname()[1])
