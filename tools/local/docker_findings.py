"""Finds out whether Docker is new enough for docker-compose.yml."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.local.findings import Finding

# As README.md says.
OLDEST = {"Docker Engine": (25, 0), "Docker Compose": (2, 26)}
ASK = {
    "Docker Engine": ("version", "--format", "{{.Server.Version}}"),
    "Docker Compose": ("compose", "version", "--short"),
}


def docker_versions(_: Path) -> Iterator[Finding]:
    """Finds nothing if Docker does not answer; `docker_ports` says so."""
    for program, words in ASK.items():
        version = _version(words)
        if version is not None:
            oldest = OLDEST[program]
            is_old = version < oldest
            advice = f"upgrade it to {_shown(oldest)} or newer" if is_old else None
            yield Finding("version", f"{program} {_shown(version)}", advice)


def _version(words: tuple[str, ...]) -> tuple[int, int] | None:
    try:
        shown = subprocess.run(  # noqa: S603 -- every word is our own
            ["docker", *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        ).stdout
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.(\d+)", shown)
    return (int(found[1]), int(found[2])) if found else None


def _shown(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
