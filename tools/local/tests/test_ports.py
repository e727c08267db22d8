import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tools.local import ports


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield server


def test_ports_are_the_same_at_the_next_start(file: Path) -> None:
    assert ports.assign(file) == ports.assign(file) == ports.recall(file)


def test_only_taken_port_is_replaced(file: Path) -> None:
    before = ports.assign(file)
    with socket.socket() as squatter:
        squatter.bind((ports.HOST, before["redis"]))
        squatter.listen()

        after = ports.assign(file)

    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"redis"}


def test_port_chosen_by_another_process_cannot_be_claimed() -> None:
    [port] = ports.free_ports(1)
    assert ports.is_free(port)  # no server uses it yet

    claim = f"from tools.local import ports; print(ports.claim({port}))"
    command = [sys.executable, "-c", claim]
    printed = subprocess.check_output(command, text=True)  # noqa: S603 - our own

    assert printed == "False\n"


def test_listener_is_known_by_its_process(server: socket.socket) -> None:
    taken, process = ports.listener(server.getsockname()[1])

    assert taken
    assert process == psutil.Process()


def test_gateway_has_two_ports_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = range(20_001, 32_000, 3)
    monkeypatch.setattr(ports, "is_free", lambda port: port not in taken)

    chosen = ports.free_service_ports()

    needed = [
        *chosen.values(),
        ports.metrics_port("api-gateway", chosen["api-gateway"]),
    ]
    assert len(set(needed)) == len(needed) == len(ports.PORTS) + 1
    assert not set(needed) & set(taken)
