"""A later command has the settings with which the platform was started."""

from pathlib import Path

import pytest

from tools.local import jaeger_server, lifecycle
from tools.local.errors import PlatformError
from tools.local.kept_settings import keep, restored
from tools.local.lifecycle import Platform

STARTED = {"LIMIT_AI": "9/minute", "OTEL_SDK_DISABLED": "true", "HOME": "/home/ada"}


@pytest.mark.parametrize(
    "later",
    [{}, {"LIMIT_AI": "5/minute"}, {"LOG_LEVEL": "DEBUG", "OTEL_SERVICE_NAME": "x"}],
)
def test_settings_of_start_replace_those_of_later_shell(
    tmp_path: Path, later: dict[str, str]
) -> None:
    file = tmp_path / "settings.json"
    keep(file, STARTED)

    assert restored(file, {**later, "HOME": "/root"}) == {
        "LIMIT_AI": "9/minute",
        "OTEL_SDK_DISABLED": "true",
        "HOME": "/root",
    }
    assert file.stat().st_mode & 0o777 == 0o600


def test_settings_stay_while_platform_runs(tmp_path: Path) -> None:
    root = tmp_path / "root"
    platform = Platform(root, given=STARTED)
    try:
        platform.start(only=["redis"])
        later = Platform(root, given={"LIMIT_AI": "5/minute"})
        later.start(only=["redis"])
        assert later.environment("api-gateway")["LIMIT_AI"] == "9/minute"
        later.stop()
        later.start(only=["redis"])
        assert later.environment("api-gateway")["LIMIT_AI"] == "5/minute"
    finally:
        platform.delete()


def test_settings_of_failed_start_can_be_corrected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PlatformError("redis is not ready")

    root = tmp_path / "root"
    platform = Platform(root, given=STARTED)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(lifecycle, "await_ready", fail)
            with pytest.raises(PlatformError):
                platform.start(only=["redis"])
        corrected = Platform(root, given={"LIMIT_AI": "5/minute"})
        corrected.start(only=["redis"])
        assert corrected.environment("api-gateway")["LIMIT_AI"] == "5/minute"
    finally:
        platform.delete()


def test_later_command_keeps_sending_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAEGER", "true")  # any program: it is not started
    root = tmp_path / "root"
    observed = {"jaeger": jaeger_server.PORTS}
    platform = Platform(root, given={}, observers=observed)
    try:
        platform.start(only=["redis"])
        environment = Platform(root, given={}).environment("api-gateway")
        assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"].endswith(":4318")
    finally:
        platform.delete()
