"""Writes down what a service promises to others: its API, and the events it publishes.

Run in the service's folder: `python ../contracts/export.py FOLDER`. It writes
FOLDER/openapi/<service>.json and FOLDER/events/<type>.json.
"""

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chassis import Event, EventData

# Settings that are required, and of no consequence here: nothing is connected to.
PLACEHOLDERS = {
    "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    "RABBITMQ_URL": "amqp://nobody@localhost/",
    "SERVICE_CLIENT_ID": "nobody",
    "SERVICE_CLIENT_SECRET": "none",
    "SIGNING_KEYS_DIR": ".",
}


def main(folder: Path) -> None:
    sys.path.insert(0, os.getcwd())
    os.environ.update(PLACEHOLDERS)
    app = import_module("app.main").create_app()
    write(folder / "openapi" / f"{app.title}.json", app.openapi())
    for event in published_events():
        schema = Event[event].model_json_schema(mode="serialization")  # type: ignore[valid-type]
        write(folder / "events" / f"{event.type}.json", {"title": event.type, **schema})


def published_events() -> Iterator[type[EventData]]:
    if find_spec("app.events") and find_spec("app.events.messages"):
        for value in vars(import_module("app.events.messages")).values():
            is_event = isinstance(value, type) and issubclass(value, EventData)
            if is_event and "type" in vars(value):
                yield value


def write(file: Path, document: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
