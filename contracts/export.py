"""Writes down what a service promises to others: its API, and the events it publishes.

Run in the service's folder: `python ../contracts/export.py FOLDER`. It writes
FOLDER/openapi/<service>.json and FOLDER/events/<type>.json, and adds what the service
publishes and consumes to FOLDER/asyncapi.json.
"""

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from chassis import BrokerSettings, Event, EventData, Queue

Json = dict[str, Any]

# Settings that are required, and of no consequence here: nothing is connected to.
PLACEHOLDERS = {
    "DATABASE_URL": "postgresql://user@localhost/name",
    "RABBITMQ_URL": "amqp://user@localhost/",
    "SERVICE_CLIENT_ID": "client",
    "SERVICE_CLIENT_SECRET": "none",
    "SIGNING_KEYS_DIR": ".",
}
JSON_SCHEMA = "application/schema+json;version=draft-2020-12"


def main(folder: Path) -> None:
    sys.path.insert(0, os.getcwd())
    os.environ.update(PLACEHOLDERS)
    app = import_module("app.main").create_app()
    write(folder / "openapi" / f"{app.title}.json", app.openapi())
    for event in published_events():
        schema = Event[event].model_json_schema(mode="serialization")  # type: ignore[valid-type]
        write(folder / "events" / f"{event.type}.json", {"title": event.type, **schema})
    file = folder / "asyncapi.json"
    document = json.loads(file.read_text()) if file.exists() else empty(app)
    for event in published_events():
        add_published(document, app.title, event)
    for queue in consumed_queues():
        add_consumed(document, app.title, queue)
    write(file, document)


def published_events() -> Iterator[type[EventData]]:
    for value in values_of("app.events.messages"):
        is_event = isinstance(value, type) and issubclass(value, EventData)
        if is_event and "type" in vars(value):
            yield value


def consumed_queues() -> Iterator[Queue]:
    return (v for v in values_of("app.events.handlers") if isinstance(v, Queue))


def values_of(module: str) -> Iterator[Any]:
    if find_spec("app.events") and find_spec(module):
        yield from vars(import_module(module)).values()


def empty(app: FastAPI) -> Json:
    settings = BrokerSettings.model_fields
    host, port = settings["rabbitmq_host"].default, settings["rabbitmq_port"].default
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pannier's events",
            "version": app.version,
            "description": "The events of the services: CloudEvents 1.0, as structured"
            " JSON. Each arrives at least once, in any order.",
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {"rabbitmq": {"host": f"{host}:{port}", "protocol": "amqp"}},
        "channels": {},
        "operations": {},
        "components": {"messages": {}},
    }


def add_published(document: Json, service: str, event: type[EventData]) -> None:
    document["components"]["messages"][event.type] = {
        "title": event.type,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "payload": {
            "schemaFormat": JSON_SCHEMA,
            "schema": {"$ref": f"./events/{event.type}.json"},
        },
    }
    exchange = {"name": event.exchange, "type": "topic", "durable": True}
    channel = {"is": "routingKey", "exchange": exchange}
    add(document, f"{event.exchange}.{event.type}", event.type, channel, [event.type])
    add_operation(document, service, "send", f"{event.exchange}.{event.type}")


def add_consumed(document: Json, service: str, queue: Queue) -> None:
    events = [routing_key for _, routing_key in queue.bindings]
    channel = {"is": "queue", "queue": {"name": queue.name, "durable": True}}
    add(document, queue.name, queue.name, channel, events)
    bound = ", ".join(f"{exchange} by {key}" for exchange, key in queue.bindings)
    document["channels"][queue.name]["description"] = (
        f"Bound to {bound}. Messages that cannot be processed are dead-lettered to"
        f" {queue.dead_letter_queue}."
    )
    add_operation(document, service, "receive", queue.name)


def add(
    document: Json, name: str, address: str, channel: Json, events: list[str]
) -> None:
    document["channels"][name] = {
        "address": address,
        "bindings": {"amqp": {**channel, "bindingVersion": "0.3.0"}},
        "messages": {e: {"$ref": f"#/components/messages/{e}"} for e in events},
    }


def add_operation(document: Json, service: str, action: str, channel: str) -> None:
    verb = {"send": "publishes", "receive": "consumes"}[action]
    document["operations"][f"{service}.{verb}.{channel}"] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "tags": [{"name": service}],
    }


def write(file: Path, document: Json) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
