"""The metrics, log events and spans that the sources of the services emit."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from observability.telemetry.sources import Source, texts_of

KINDS = {
    "Counter": "counter",
    "Gauge": "gauge",
    "Histogram": "histogram",
    "Enum": "stateset",
}
LEVELS = {
    "debug": "debug",
    "info": "info",
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
}


@dataclass(frozen=True)
class EmittedMetric:
    """
    Attributes:
        name: as Prometheus stores it.
        place: the service, or the chassis.
    """

    name: str
    type: str
    labels: frozenset[str]
    meaning: str
    place: str


@dataclass(frozen=True)
class EmittedLogEvent:
    name: str
    level: str
    fields: frozenset[str]
    place: str


@dataclass(frozen=True)
class EmittedSpan:
    """
    Attributes:
        name: with `{}` for its variable parts.
    """

    name: str
    place: str


def metrics(source: Source) -> Iterator[EmittedMetric]:
    if not _imports_prometheus(source.tree):
        return
    for call in source.calls():
        match call:
            case ast.Call(
                func=ast.Name(id=kind),
                args=[
                    ast.Constant(value=str(name)),
                    ast.Constant(value=str(meaning)),
                    *others,
                ],
            ) if kind in KINDS:
                labels = set(texts_of(others[0])) if others else set()
                if kind == "Counter":
                    name = f"{name.removesuffix('_total')}_total"
                if kind == "Enum":
                    labels.add(name)
                yield EmittedMetric(
                    name, KINDS[kind], frozenset(labels), meaning, source.place
                )


def _imports_prometheus(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "prometheus_client"
        for node in tree.body
    )


def log_events(source: Source) -> Iterator[EmittedLogEvent]:
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and (level := _level(call)):
                fields = frozenset(_fields(call, level, function))
                for name in _event_names(call.args[0], source):
                    yield EmittedLogEvent(name, LEVELS[level], fields, source.place)


def _level(call: ast.Call) -> str | None:
    match call.func:
        case ast.Attribute(
            value=ast.Name(id="log") | ast.Attribute(attr="_log"), attr=level
        ) if level in LEVELS:
            return level
    return None


def _event_names(argument: ast.expr, source: Source) -> Iterator[str]:
    if isinstance(argument, ast.Name):
        name = source.constant(argument.id)
        if name is None:
            raise ValueError(f"{argument.id} is no constant of the module")
        yield name
        return
    names = list(texts_of(argument))
    if not names:
        raise ValueError(f"the log event is no text: {ast.unparse(argument)}")
    yield from names


def _fields(
    call: ast.Call, level: str, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[str]:
    if level == "exception":
        yield "exception"
    for keyword in call.keywords:
        if keyword.arg is None:
            yield from _keys_of(ast.unparse(keyword.value), function)
        else:
            yield "exception" if keyword.arg == "exc_info" else keyword.arg


def _keys_of(name: str, function: ast.AST) -> Iterator[str]:
    """Yields the keys of the dictionary that the function assigns to the name."""
    for node in ast.walk(function):
        match node:
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.Dict(keys=keys)):
                if target == name:
                    yield from _texts_among(keys)


def spans(source: Source) -> Iterator[EmittedSpan]:
    for call in source.calls():
        match call:
            case ast.Call(func=ast.Name(id="message_span"), args=[_, _, name, *_]):
                yield EmittedSpan(_pattern(name), source.place)
            case ast.Call(
                func=ast.Attribute(attr="start_as_current_span"),
                args=[ast.Constant() | ast.JoinedStr() as name],
            ):
                yield EmittedSpan(_pattern(name), source.place)


def _pattern(name: ast.expr) -> str:
    match name:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}"
                for part in parts
            )
    raise ValueError(f"the name of the span is no text: {ast.unparse(name)}")


def span_attributes(source: Source) -> Iterator[str]:
    """Yields the keys of each dictionary of attributes, and attributes that are set."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="set_attribute"),
                args=[ast.Constant(value=str(key)), _],
            ):
                yield key
            case ast.keyword(arg="attributes", value=ast.Dict(keys=keys)):
                yield from _texts_among(keys)
            case ast.Assign(
                targets=[ast.Name(id="attributes")], value=ast.Dict(keys=keys)
            ):
                yield from _texts_among(keys)
            case ast.Subscript(
                value=ast.Name(id="attributes"),
                slice=ast.Constant(value=str(key)),
                ctx=ast.Store(),
            ):
                yield key


def resource_attributes(source: Source) -> Iterator[str]:
    for call in source.calls():
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="Resource"), attr="create"),
                args=[ast.Dict(keys=keys)],
            ):
                yield from _texts_among(keys)


def _texts_among(nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    for node in nodes:
        if node is not None:
            yield from texts_of(node)
