"""The settings with which a platform was started, for later commands.

`make backup` and other commands start services again, often from a shell without these
settings.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tools.local.files import write_private
from tools.local.services import is_setting


def keep(file: Path, environment: Mapping[str, str]) -> None:
    """Writes the settings of the services in the environment, secrets included."""
    settings = {name: environment[name] for name in environment if is_setting(name)}
    write_private(file, json.dumps(settings, indent=2))


def restored(file: Path, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the environment with the kept settings instead of its own."""
    if not file.exists():
        return environment
    others = {name: environment[name] for name in environment if not is_setting(name)}
    kept: dict[str, str] = json.loads(file.read_text())
    return others | kept
