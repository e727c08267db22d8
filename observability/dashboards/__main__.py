"""Writes the dashboards down as Grafana reads them."""

import json
from pathlib import Path

from observability.dashboards import DASHBOARDS
from observability.dashboards.render import render

FOLDER = Path(__file__).parent.parent / "grafana" / "dashboards"


def files() -> dict[str, str]:
    """Returns the content of each dashboard, by its name."""
    return {
        f"{dashboard.uid}.json": f"{json.dumps(render(dashboard), indent=2)}\n"
        for dashboard in DASHBOARDS
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, text in files().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
