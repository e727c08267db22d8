"""Passwords: one for the people of the demo, made up once, and the administrator's."""

import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local.credentials import ADMIN
from tools.local.files import write_private


@dataclass(frozen=True)
class Password:
    """
    Attributes:
        shown: the text for the screen, which may contain the password.
    """

    value: str
    shown: str


def demo_password(file: Path, environment: Mapping[str, str]) -> Password:
    """The one that is given, or kept in the file, or else made up and kept there."""
    given = environment.get("DEMO_PASSWORD")
    if given:
        return Password(given, "as given in DEMO_PASSWORD")
    if file.exists():
        return Password(json.loads(file.read_text())["password"], f"in {file}")
    made_up = secrets.token_urlsafe(16)
    file.parent.mkdir(exist_ok=True)
    # Written before any account uses it, so that it cannot be lost.
    write_private(file, json.dumps({"password": made_up}))
    return Password(made_up, f"{made_up} (shown only this once, kept in {file})")


def administrator_passwords(environment: Mapping[str, str]) -> Iterator[str]:
    """The one that is given, or else those that the platform may have kept."""
    given = environment.get("ADMIN_PASSWORD")
    if given:
        yield given
        return
    kept_locally = Path(".local/secrets.json")
    if kept_locally.exists():
        yield json.loads(kept_locally.read_text())[ADMIN]
    docker = shutil.which("docker")
    if docker and (kept_in_a_volume := _read_from_a_volume(docker)):
        yield kept_in_a_volume


def _read_from_a_volume(docker: str) -> str:
    read = ["compose", "run", "--rm", "--no-deps", "-T", "secrets", "cat"]
    found = subprocess.run(  # noqa: S603 - every word is our own
        [docker, *read, "/vault/admin"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()
