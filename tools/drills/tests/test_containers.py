"""The commands by which a drill breaks and mends a platform in containers."""

import json

import pytest

from tools.drills.containers import Containers
from tools.drills.target import SIGNING_KEYS
from tools.drills.tests.conftest import FakeDocker, packed, unpacked
from tools.local.errors import NotRunning, PlatformError
from tools.local.layout import REPOSITORY

TARGET = Containers({"order-service": "http://localhost:8003"})
ORDERS = "exec -T order-db psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1"
SECRETS = "compose run --rm --no-deps -T secrets sh -c"


async def test_statements_run_in_own_database_with_role_of_service(
    docker: FakeDocker,
) -> None:
    await TARGET.sql("order-service", "SELECT 1", "SELECT 2")
    [call] = docker.calls()
    assert call["folder"] == str(REPOSITORY)
    assert " ".join(call["words"]) == (
        f"compose {ORDERS} --username=order_service --dbname=order_service_db"
        " --command=SELECT 1 --command=SELECT 2"
    )


async def test_statements_run_in_named_database(docker: FakeDocker) -> None:
    await TARGET.sql("order-service", "SELECT 1", database="postgres")
    assert "--dbname=postgres" in docker.commands()[0]


async def test_failed_command_is_reported_with_its_complaint(
    docker: FakeDocker,
) -> None:
    docker.answers("psql", complains="permission denied", status=3)
    with pytest.raises(PlatformError, match="permission denied"):
        await TARGET.sql("order-service", "SELECT 1")


async def test_transaction_of_session_stays_open_and_then_ends(
    docker: FakeDocker,
) -> None:
    async with TARGET.session("product-service", "SELECT * FROM stock FOR UPDATE"):
        assert not (docker.folder / "calls").exists()  # psql still runs
    [call] = docker.calls()
    begin, statement, _ = call["typed"]
    assert (begin, statement) == ("BEGIN;", "SELECT * FROM stock FOR UPDATE;")


async def test_session_that_cannot_begin_is_reported(docker: FakeDocker) -> None:
    docker.answers("psql", complains="the database system is shutting down")
    with pytest.raises(PlatformError, match="is shutting down"):
        async with TARGET.session("product-service", "SELECT 1"):
            raise AssertionError("the session has begun")


async def test_hung_program_is_stopped_and_continued(docker: FakeDocker) -> None:
    stop, resume = (
        f"compose exec -T rabbitmq sh -c kill -{s} -1" for s in ("STOP", "CONT")
    )
    async with TARGET.hung("rabbitmq"):
        assert docker.commands() == [stop]
    assert docker.commands() == [stop, resume]


async def test_throttled_container_gets_its_processor_back(docker: FakeDocker) -> None:
    limits = {"deploy": {"resources": {"limits": {"cpus": 1.5}}}}
    configuration = json.dumps({"services": {"product-service": limits}})
    docker.answers("ps", prints=b"4bf92f35\n")
    docker.answers("config", prints=configuration.encode())
    async with TARGET.throttled("product-service"):
        assert docker.commands()[-1] == "update --cpus 0.05 4bf92f35"
    assert docker.commands()[-1] == "update --cpus 1.5 4bf92f35"


async def test_added_settings_follow_those_of_service(docker: FakeDocker) -> None:
    docker.answers("run", "env", prints=packed(env=b"DATABASE_URL=x\n"))
    await TARGET.restart_with("order-service", {"FAKETIME": "+10m", "ODD": "a b"})
    _, written, restarted = docker.calls()
    [content] = unpacked(written["stdin"]).values()
    assert content == b"DATABASE_URL=x\nFAKETIME=+10m\nODD='a b'\n"
    assert " ".join(restarted["words"]) == (
        "compose restart --no-deps --timeout 0 order-service"
    )


async def test_changed_key_is_written_where_it_was(docker: FakeDocker) -> None:
    docker.answers("run", prints=packed(**{"signing-keys/1.pem": b"-----BEGIN"}))
    await TARGET.change_files(SIGNING_KEYS, lambda key: key[:3])
    read, written, _ = docker.calls()
    assert read["words"][-2:] == ["user-service", "signing-keys/*.pem"]
    assert unpacked(written["stdin"]) == {"signing-keys/1.pem": b"---"}


async def test_restored_files_restart_their_reader(docker: FakeDocker) -> None:
    docker.answers("run", prints=b"changed\n")
    await TARGET.restore_files(SIGNING_KEYS)
    restored, restarted = docker.commands()
    assert restored.startswith(SECRETS)
    assert "tools.compose.generate_secrets" in restored
    assert restarted.endswith("restart --no-deps --timeout 0 user-service")


async def test_unchanged_files_restart_nothing(docker: FakeDocker) -> None:
    await TARGET.restore_files(SIGNING_KEYS)
    assert len(docker.commands()) == 1


def test_platform_without_containers_does_not_run(docker: FakeDocker) -> None:
    with pytest.raises(NotRunning):
        TARGET.require_running()
    docker.answers("ps", prints=b"4bf92f35\n")
    TARGET.require_running()


def test_log_has_plain_lines(docker: FakeDocker) -> None:
    # As Compose 2.26 prints them, even into a pipe.
    docker.answers("logs", prints=b'\x1b[2K{"event": "request"}\n\x1b[2Kmore\n')
    assert TARGET.log("order-service") == '{"event": "request"}\nmore\n'
