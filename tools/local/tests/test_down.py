"""`make down` leaves no process behind."""

from pathlib import Path

import pytest

from tools.local import __main__ as commands
from tools.local.lifecycle import Platform


def test_down_stops_platform_of_killed_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands, "TEST_ROOT", tmp_path / "test")
    left = Platform(tmp_path / "e2e", given={})
    try:
        left.start(only=["redis"])

        commands.down()

        assert not left.runs
        assert "Stopped: the platform in" in capsys.readouterr().out
    finally:
        left.delete()
