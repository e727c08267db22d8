"""A backup of what does not run."""

from pathlib import Path

from tools.local.backup import back_up
from tools.local.lifecycle import Platform
from tools.local.ports import SERVICE_PORTS


def test_stopped_platform_is_backed_up_and_stays_stopped(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "root", given={})
    folder = tmp_path / "backup"
    try:
        back_up(platform, folder)
        assert {file.stem for file in folder.iterdir()} == set(SERVICE_PORTS)
        readable_by = {file.stat().st_mode & 0o777 for file in folder.iterdir()}
        assert readable_by == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not platform.runs
    finally:
        platform.delete()
