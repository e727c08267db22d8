"""The Prometheus that a drill starts if that of the platform in containers is not."""

from pathlib import Path

import pytest

from tools.drills import own_prometheus
from tools.local.errors import PlatformError


def test_missing_prometheus_is_named_with_the_command_that_starts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlatformError, match="docker compose up --detach prometheus"):
        own_prometheus.start(tmp_path, {"order-service": 8003})


def test_no_data_are_left_after_its_end(tmp_path: Path) -> None:
    (tmp_path / "drill-prometheus").mkdir()
    own_prometheus.stop(tmp_path, pid=2**22 + 1)  # more than any process has
    assert not (tmp_path / "drill-prometheus").exists()
