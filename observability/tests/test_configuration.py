"""Prometheus and Alertmanager check their own configuration."""

import subprocess
from pathlib import Path

import pytest

from observability.tests.rules import PROMETHEUS
from tools.local import installed

ALERTMANAGER = PROMETHEUS.parent / "alertmanager" / "alertmanager.yml"


def run(program: Path, *words: str | Path) -> str:
    """Returns its output, if it accepts the configuration."""
    outcome = subprocess.run(  # noqa: S603 -- every word is our own
        [program, *words], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def test_prometheus_accepts_configuration_and_rules() -> None:
    answer = run(installed.promtool(), "check", "config", PROMETHEUS / "prometheus.yml")
    assert "2 rule files found" in answer


def test_alertmanager_takes_it() -> None:
    run(installed.amtool(), "check-config", ALERTMANAGER)


@pytest.mark.parametrize("severity", ["page", "ticket", "a new one"])
def test_alert_of_any_severity_is_mailed(severity: str) -> None:
    # Quoted, as newer releases want it; older ones take it too.
    alert = f'severity="{severity}"'
    routed = ("config", "routes", "test", f"--config.file={ALERTMANAGER}", alert)
    assert run(installed.amtool(), *routed).strip() == "mail"
