"""Alloy's mount of the log files, with every kind of engine."""

import yaml

from tools.local.layout import REPOSITORY


def test_missing_log_folder_does_not_end_up() -> None:
    compose = yaml.safe_load((REPOSITORY / "observability/compose.yml").read_text())
    [logs] = [
        mount
        for mount in compose["services"]["alloy"]["volumes"]
        if isinstance(mount, dict)
    ]
    assert logs["source"] == "${CONTAINER_LOGS:-/var/lib/docker/containers}"
    # A shared or slave mount is refused where the engine's own one is private (WSL2).
    assert logs["bind"] == {"recursive": "disabled", "create_host_path": True}
