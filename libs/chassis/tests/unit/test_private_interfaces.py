"""The private interfaces of libraries that this code uses, and why.

After an update of one of these libraries, compare its source with the uses below before
the version here follows.
"""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer
from psycopg.waiting import wait_async
from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

import chassis

REPOSITORY = Path(__file__).parents[4]
VERSIONS = {
    "uvicorn": "0.54.0",
    "psycopg": "3.3.9",
    "fastapi": "0.165.0",
    "opentelemetry-instrumentation-sqlalchemy": "0.66b1",
}


@dataclass(frozen=True)
class Function:
    """A function or method that its library does not document.

    Attributes:
        parameters: the parameters that are passed here, or that an override takes.
    """

    function: Callable[..., Any]
    parameters: str
    reason: str


FUNCTIONS = [
    Function(
        HttpToolsProtocol._should_upgrade,
        "self",
        "_http/protocol.py overrides it: otherwise uvicorn drops the body of a request"
        " that offers an upgrade. test_upgrades.py shows it.",
    ),
    Function(
        HttpToolsProtocol._start_asgi_task,
        "self, cycle, app",
        "_http/protocol.py overrides it: HTTP/1.0 clients get no chunks, and an"
        " announced body that is not read ends the connection. test_raw_http.py"
        " and test_announced_bodies.py.",
    ),
    Function(
        HttpToolsProtocol._unset_keepalive_if_required,
        "self",
        "_http/refusing_protocol.py calls it when a request begins: blank lines do not"
        " keep a connection alive. test_connections.py.",
    ),
    Function(
        Server.main_loop,
        "self",
        "_http/quiet_server.py overrides it and `handle_exit`: it wakes up ten times a"
        " second. test_quiet_server.py.",
    ),
    Function(
        Server.on_tick,
        "self, counter",
        "_http/quiet_server.py calls it there; at 0 it renews the Date header.",
    ),
    Function(
        wait_async,
        "gen, fileno, interval, timeout",
        "_database/connection.py: AsyncConnection.wait waits up to ten seconds for a"
        " hung server after a cancellation. test_database.py.",
    ),
    Function(
        EngineTracer,
        "tracer, engine, connections_usage",
        "_observability/sampled_calls.py: its public instrumentor refuses SQLAlchemy"
        " 2.1. test_tracing.py.",
    ),
    Function(
        EngineTracer._before_cur_exec,
        "self, conn, cursor, statement, params",
        "_observability/sampled_calls.py overrides it: no span of a trace that is not"
        " sampled. test_sampled_calls.py.",
    ),
    Function(
        EngineTracer._operation_name,
        "self, db_name, statement",
        "_observability/sampled_calls.py overrides it: it names a statement of several"
        " parts WITH. test_query_names.py, test_tracing.py.",
    ),
]


@dataclass(frozen=True)
class Attributes:
    """Attributes of a library's object that its documentation does not name."""

    make: Callable[[], object]
    names: str
    reason: str


async def app(scope: Scope, receive: Receive, send: Send) -> None: ...


async def endpoint() -> None: ...


def protocol() -> HttpToolsProtocol:
    return HttpToolsProtocol(Config(app), ServerState(), {})


def cycle() -> RequestResponseCycle:
    unused: Any = None
    return RequestResponseCycle(
        scope={"type": "http", "method": "GET", "headers": []},  # type: ignore[typeddict-item]
        transport=unused,
        flow=FlowControl(unused),
        logger=unused,
        access_logger=unused,
        access_log=False,
        default_headers=[],
        message_event=unused,
        expect_100_continue=False,
        keep_alive=True,
        on_response=lambda: None,
    )


ATTRIBUTES = [
    Attributes(
        protocol,
        "cycle flow headers loop parser pipeline scope timeout_keep_alive"
        " timeout_keep_alive_handler timeout_keep_alive_task transport",
        "_http/protocol.py and _http/refusing_protocol.py pass on a refused request."
        " _http/pipelining_protocol.py parses nothing while requests await their turn.",
    ),
    Attributes(
        cycle,
        "chunked_encoding expected_content_length keep_alive message_event"
        " response_started scope transport waiting_for_100_continue",
        "_http/refusing_protocol.py and _http/response_framing.py end connections"
        " in order.",
    ),
    Attributes(
        lambda: APIRoute("/", endpoint),
        "body_field",
        "_http/malformed_body.py reads whether a route expects a form.",
    ),
]


@pytest.mark.parametrize(("library", "known"), VERSIONS.items())
def test_private_interfaces_are_of_installed_version(library: str, known: str) -> None:
    assert version(library) == known


@pytest.mark.parametrize(
    "known", FUNCTIONS, ids=lambda known: known.function.__qualname__
)
def test_private_function_takes_known_parameters(known: Function) -> None:
    names = list(inspect.signature(known.function).parameters)
    expected = known.parameters.split(", ")
    assert names[: len(expected)] == expected


@pytest.mark.parametrize("known", ATTRIBUTES, ids=lambda known: known.names)
async def test_object_has_undocumented_attributes(known: Attributes) -> None:
    found = known.make()
    assert [name for name in known.names.split() if not hasattr(found, name)] == []


def test_every_private_name_is_listed() -> None:
    listed = {known.function.__name__ for known in FUNCTIONS}
    assert {*overridden(), *accessed()} - listed == set()


def overridden() -> Iterator[str]:
    """Yields the private names of libraries that classes of the chassis redefine."""
    for module in pkgutil.walk_packages(chassis.__path__, "chassis."):
        classes = inspect.getmembers(import_module(module.name), inspect.isclass)
        for _, ours in classes:
            if ours.__module__ != module.name:
                continue
            theirs = {
                name
                for base in ours.__mro__
                if not base.__module__.startswith(("chassis", "typing", "abc"))
                for name in vars(base)
            }
            yield from filter(is_private, theirs & set(vars(ours)))


def accessed() -> set[str]:
    """Returns the private names that code uses and does not define."""
    used, defined = set(), set()
    folders = [REPOSITORY / "libs/chassis/chassis", *REPOSITORY.glob("*-service/app")]
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        defined.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    defined.add(name)
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name):
                    defined.add(name)
                case ast.Attribute(attr=name) | ast.alias(name=name):
                    used.add(name)
    return {name for name in used - defined if is_private(name)}


def is_private(name: str) -> bool:
    # The documented names of named tuples begin so, to differ from fields.
    is_documented = name in ("_asdict", "_fields", "_replace")
    return (
        name.startswith("_")
        and not name.startswith(("__", "_abc", "_sa_"))
        and not is_documented
    )
