"""`up.sh` prints the addresses that are published, with a docker that does nothing."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY

DOCKER = """\
#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
    "compose config --format json") cat "$CONFIG" ;;
    "compose port api-gateway "*) echo 127.0.0.1:9000 ;;
    "compose port "*) echo 127.0.0.1:8003 ;;
esac
"""


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    program = tmp_path / "docker"
    program.write_text(DOCKER)
    program.chmod(0o755)
    return tmp_path


def up(docker: Path, *published: str) -> str:
    """Returns what is printed when these parts publish a port."""
    every = ("api-gateway", "order-service", "mail", "keycloak", "grafana", "jaeger")
    model = {
        name: {"ports": [{"target": 1}]} if name in published else {} for name in every
    }
    config = docker / "config.json"
    config.write_text(json.dumps({"name": "pannier", "services": model}))
    path = f"{docker}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own
        [REPOSITORY / "tools" / "compose" / "up.sh"],
        env={"PATH": path, "CONFIG": str(config), "CALLS": str(docker / "calls")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_published_parts_are_printed(docker: Path) -> None:
    printed = up(docker, "api-gateway", "order-service", "mail", "grafana")
    for address in ("9000/docs", "8003/docs", "localhost:8025", "localhost:3000"):
        assert address in printed
    assert "localhost:16686" not in printed


def test_parts_without_published_port_are_not_printed(docker: Path) -> None:
    printed = up(docker, "api-gateway")
    assert "http://localhost:9000/docs" in printed
    assert set(re.findall(r"localhost:\d+", printed)) == {"localhost:9000"}
    assert "administrator" in printed


def waited_for(docker: Path) -> set[str]:
    """Returns the parts that must be healthy."""
    calls = (docker / "calls").read_text().splitlines()
    [words] = [call.split() for call in calls if "--wait" in call]
    return set(words[words.index("--wait") + 1 :])


def test_keycloak_is_waited_for_and_printed_with_its_profile(docker: Path) -> None:
    printed = up(docker, "api-gateway", "keycloak")
    assert "localhost:8080" in printed
    assert {"keycloak", "user-service"} <= waited_for(docker)


def test_keycloak_is_not_started_without_its_profile(docker: Path) -> None:
    printed = up(docker, "api-gateway", "mail")
    assert "keycloak" not in printed
    assert "keycloak" not in (docker / "calls").read_text()
