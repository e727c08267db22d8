"""The drill that runs, in `.local/drill.json`: encoded, so that no listing shows it."""

import base64
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.local.files import write_private


@dataclass(frozen=True)
class Incident:
    """
    Attributes:
        mode: `local` or `docker`.
        since: when the platform was broken, in seconds of the epoch; 0 until then.
        alerted: when its alert was shown, in seconds of the epoch; 0 until then.
        pid: the process that breaks the platform and sends the traffic; 0 until it has
            started.
        prometheus: the process of the drill's own Prometheus; 0 if there is none.
        hints: how many were shown.
        error: why the platform could not be broken.
    """

    drill: str
    mode: str
    since: float = 0.0
    alerted: float = 0.0
    pid: int = 0
    prometheus: int = 0
    hints: int = 0
    error: str = ""


def save(file: Path, incident: Incident) -> None:
    content = base64.b64encode(json.dumps(asdict(incident)).encode()).decode()
    write_private(file, json.dumps({"incident": content}))


def load(file: Path) -> Incident | None:
    """Returns None if no drill runs."""
    try:
        content = json.loads(file.read_text())["incident"]
    except FileNotFoundError:
        return None
    return Incident(**json.loads(base64.b64decode(content)))


def clear(file: Path) -> None:
    file.unlink(missing_ok=True)
