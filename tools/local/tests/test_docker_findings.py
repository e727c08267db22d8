"""`make doctor` knows which Docker is too old."""

from pathlib import Path

import pytest

from tools.local.docker_findings import docker_versions


@pytest.mark.parametrize(
    ("engine", "compose", "advice"),
    [
        ("25.0.3", "2.26.0", [None, None]),
        ("29.1.0-rc.2", "v5.0.1", [None, None]),
        ("24.0.9", "2.26.1-4", ["upgrade it to 25.0 or newer", None]),
        ("27.5.1", "v2.9.0", [None, "upgrade it to 2.26 or newer"]),
    ],
)
def test_old_docker_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    compose: str,
    advice: list[str | None],
) -> None:
    program = tmp_path / "docker"
    program.write_text(
        "#!/bin/sh\n"
        f"case $1 in version) echo {engine} ;; compose) echo {compose} ;; esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert [finding.advice for finding in docker_versions(tmp_path)] == advice


def test_missing_docker_has_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list(docker_versions(tmp_path)) == []
