"""The stores for real: killed, restarted, kept apart, and gone when stopped."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tools.local import supervisor
from tools.local.errors import PortTaken, ServiceMissing, SupervisorFailed
from tools.local.lifecycle import STORES, Platform
from tools.local.ports import HOST
from tools.local.processes import of_platform

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    # A path that is long, has odd characters, and that only its owner can enter.
    root = tmp_path_factory.mktemp("a 100% odd; path # of") / ("x" * 100)
    platform = Platform(root, given={})
    try:
        platform.start(only=STORES)
        yield platform
    finally:
        platform.delete()


def url(platform: Platform, service: str = "order-service") -> str:
    parts = platform.start(only=STORES)
    return parts.postgres.url(service).replace("+psycopg", "")


@pytest.mark.parametrize("store", STORES)
def test_killed_store_comes_back(platform: Platform, store: str) -> None:
    before = platform.pid(store)

    platform.kill(store)
    platform.wait_ready(store)

    assert platform.pid(store) != before


def test_hung_store_is_not_ready(platform: Platform) -> None:
    redis = platform.start(only=STORES).redis
    platform.kill("redis", signal.SIGSTOP)
    try:
        assert not redis.ready()
    finally:
        platform.kill("redis", signal.SIGCONT)


def test_broker_asks_no_name_server(platform: Platform) -> None:
    platform.start(only=STORES)
    lookup = subprocess.check_output(
        # It is on the broker's own PATH.
        ["rabbitmqctl", "--quiet", "eval", "inet_db:res_option(lookup)."],  # noqa: S607
        cwd=platform.directory("rabbitmq"),
        env=dict(platform.environment("rabbitmq")),
        text=True,
    )
    assert lookup.strip() == "[file]"


def test_stored_rows_survive_a_restart(platform: Platform) -> None:
    with psycopg.connect(url(platform)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    platform.stop(only=["postgres"])
    platform.start(only=["postgres"])

    with psycopg.connect(url(platform)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_service_cannot_enter_the_database_of_another(platform: Platform) -> None:
    wrong = url(platform).replace("/order_service_db", "/user_service_db")

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(wrong)


def test_starting_again_changes_nothing(platform: Platform) -> None:
    platform.start(only=STORES)
    before = {store: platform.pid(store) for store in STORES}

    platform.start(only=STORES)

    assert {store: platform.pid(store) for store in STORES} == before


def test_stop_ends_all_processes_without_supervisor(
    platform: Platform,
) -> None:
    platform.start(only=STORES)
    supervisord = supervisor.process(platform.layout)
    assert supervisord
    supervisord.kill()

    platform.stop()

    assert list(of_platform(platform.layout.root)) == []


def test_suspended_supervisor_is_named_with_its_cure(platform: Platform) -> None:
    platform.start(only=STORES)
    supervisord = supervisor.process(platform.layout)
    assert supervisord
    supervisord.suspend()
    try:
        with pytest.raises(SupervisorFailed, match=f"kill -CONT {supervisord.pid}"):
            platform.states()
    finally:
        supervisord.resume()
    assert set(STORES) <= set(platform.states())


def test_suspended_supervisor_stops_everything_in_order(platform: Platform) -> None:
    platform.start(only=STORES)
    supervisord = supervisor.process(platform.layout)
    assert supervisord
    supervisord.suspend()

    assert platform.stop()

    assert list(of_platform(platform.layout.root)) == []
    ended = (
        platform.layout.log("supervisord").read_text().rpartition("received SIGTERM")
    )
    assert "stopped: postgres (exit status 0)" in ended[2]


def test_taken_port_is_named_and_nothing_starts(tmp_path: Path) -> None:
    make_service(tmp_path, "order-service")
    with socket.socket() as squatter:
        squatter.bind((HOST, 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        platform = Platform(
            tmp_path / "root", {"order-service": port}, repository=tmp_path, given={}
        )

        with pytest.raises(PortTaken, match=str(port)):
            platform.start(only=[*STORES, "order-service"])

    assert list(of_platform(platform.layout.root)) == []


def test_missing_service_is_named(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "root", repository=tmp_path, given={})

    with pytest.raises(ServiceMissing, match="order-service"):
        platform.start(only=["order-service"])


def make_service(repository: Path, name: str) -> None:
    (repository / name).mkdir()
    script = repository / "start.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
