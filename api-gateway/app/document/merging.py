"""Merges the OpenAPI documents of the services into the one of the gateway."""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

Json = dict[str, Any]
PublicPath = Callable[[str, str], str | None]
"""Returns the public path of a path of a service; None if it is not public."""
ErrorsOf = Callable[[str, str], Mapping[Any, Any]]
"""Returns the responses by which the gateway answers before an operation does: one of a
service, or its own."""

OWN = "api-gateway"
SCHEMAS = "#/components/schemas/"
# In a description, such as `GET /orders?user_id=`.
NAMED_PATH = re.compile(r"(?<=`)((?:[A-Z]+ )?)(/[^`?\s]+)")


class NamesCollide(Exception):
    """Two parts of the merged document have the same name."""


def merge(
    own: Json,
    services: Mapping[str, Json],
    public_path: PublicPath,
    errors_of: ErrorsOf,
    token_url: str,
) -> Json:
    """Returns the gateway's own document with the public operations of all services.

    Schemas and operation ids get the name of their service as a prefix, descriptions
    name public paths, and schemas that no public operation uses are left out.

    Args:
        own: the document of the gateway's own operations.
        token_url: where the Authorize button logs in.

    Raises:
        NamesCollide: two operations or two schemas would have the same name.
    """
    merged = _Merged()
    merged.add(OWN, own, lambda service, path: path, errors_of)
    for service, document in services.items():
        merged.add(service, document, public_path, errors_of)
    schemes = merged.used_security_schemes()
    for scheme in schemes.values():
        if flow := scheme.get("flows", {}).get("password"):
            flow["tokenUrl"] = token_url
    return {
        **own,
        "servers": [{"url": "/"}],
        "paths": merged.paths,
        "components": {"schemas": merged.used_schemas(), "securitySchemes": schemes},
    }


class _Merged:
    """The parts that have been merged so far."""

    def __init__(self) -> None:
        self.paths: dict[str, Json] = {}
        self._names: set[str] = set()
        self._schemas: Json = {}
        self._security_schemes: Json = {}

    def add(
        self,
        service: str,
        document: Json,
        public_path: PublicPath,
        errors_of: ErrorsOf,
    ) -> None:
        renamed = _prefixed(document, service)
        _name_public_paths(renamed, lambda path: public_path(service, path) or path)
        components = renamed.get("components", {})
        for name, schema in components.get("schemas", {}).items():
            public_name = _with_prefix(service, name)
            self._claim(f"schema {public_name}")
            self._schemas[public_name] = schema
        self._security_schemes.update(components.get("securitySchemes", {}))
        for path, methods in renamed["paths"].items():
            public = public_path(service, path)
            if public is None:
                continue
            errors = _prefixed(errors_of(service, public), OWN)
            for method, operation in methods.items():
                name = _with_prefix(service, operation["operationId"])
                self._claim(f"operation {name}")
                self._claim(f"{method.upper()} {public}")
                operation["operationId"] = name
                _add_errors(operation["responses"], errors)
                self.paths.setdefault(public, {})[method] = operation

    def used_schemas(self) -> Json:
        used: Json = {}
        waiting = set(_references(self.paths))
        while waiting:
            name = waiting.pop()
            used[name] = self._schemas[name]
            waiting |= set(_references(used[name])) - used.keys()
        return used

    def used_security_schemes(self) -> Json:
        used = {
            name
            for methods in self.paths.values()
            for operation in methods.values()
            for way in operation.get("security", ())
            for name in way
        }
        return {name: self._security_schemes[name] for name in sorted(used)}

    def _claim(self, name: str) -> None:
        if name in self._names:
            raise NamesCollide(name)
        self._names.add(name)


def _with_prefix(service: str, name: str) -> str:
    return f"{service.removesuffix('-service').removeprefix('api-')}_{name}"


def _prefixed(part: Any, service: str) -> Any:
    """Returns a copy whose references have the prefix."""
    if isinstance(part, list):
        return [_prefixed(value, service) for value in part]
    if not isinstance(part, dict):
        return part
    copy = {name: _prefixed(value, service) for name, value in part.items()}
    if isinstance(reference := part.get("$ref"), str):
        name = reference.removeprefix(SCHEMAS)
        copy["$ref"] = f"{SCHEMAS}{_with_prefix(service, name)}"
    return copy


def _name_public_paths(part: Any, public: Callable[[str], str]) -> None:
    for node in _nodes(part):
        if isinstance(text := node.get("description"), str):
            node["description"] = NAMED_PATH.sub(
                lambda found: found[1] + public(found[2]), text
            )


def _add_errors(responses: Json, errors: Json) -> None:
    for status, error in errors.items():
        known = responses.setdefault(status, deepcopy(error))
        codes = known["description"].split(", ")
        new = [code for code in error["description"].split(", ") if code not in codes]
        known["description"] = ", ".join([*codes, *new])


def _references(part: Any) -> Iterator[str]:
    for node in _nodes(part):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(SCHEMAS)


def _nodes(part: Any) -> Iterator[Json]:
    """Yields all objects in a part of a document."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)
