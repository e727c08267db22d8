"""The operations of every service, as their OpenAPI documents describe them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

Schema = dict[str, Any]
Way = tuple[str | int, ...]
"""How to come from a body to one of its values: names of fields, places in lists."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    location: str
    is_required: bool
    schema: Schema

    @property
    def example(self) -> str:
        """A text that is taken."""
        examples = self.schema.get("examples")
        assert examples, f"the parameter {self.name} shows no example"
        return str(examples[0])

    def may_be(self, text: str) -> bool:
        """Returns whether the schema accepts the text as one of its types."""
        readings: list[Any] = [text]
        for read in (int, float, json.loads):
            try:
                readings.append(read(text))
            except ValueError:
                continue
        # Pydantic reads flags in these ways too.
        if text in ("0", "1"):
            readings.append(text == "1")
        validator = Draft202012Validator(self.schema)
        return any(validator.is_valid(reading) for reading in readings)


@dataclass(frozen=True)
class Operation:
    service: str
    method: str
    path: str
    description: Mapping[str, Any] = field(repr=False)
    schemas: Mapping[str, Schema] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.description["responses"]}

    @property
    def security(self) -> set[str]:
        """The names of the schemes of which any one opens it; none if it is public."""
        ways = self.description.get("security", [])
        return set() if {} in ways else {name for way in ways for name in way}

    @property
    def parameters(self) -> list[Parameter]:
        return [
            Parameter(
                given["name"],
                given["in"],
                given.get("required", False),
                {**given["schema"], **self._definitions},
            )
            for given in self.description.get("parameters", [])
            if given["in"] in ("path", "query")
        ]

    @property
    def media_type(self) -> str | None:
        """The media type of the body, if there is one."""
        content = self.description.get("requestBody", {}).get("content", {})
        return next(iter(content), None)

    @property
    def example(self) -> dict[str, Any]:
        """A body that is taken."""
        examples = self._resolved(self._body).get("examples")
        assert examples, f"{self} shows no example of its body"
        shown: dict[str, Any] = deepcopy(examples[0])
        return shown

    def fields(self) -> list[Way]:
        """The ways to all that a body may have, as deep as the example goes."""
        return list(self._ways(self._body, self.example))

    def required_fields(self) -> Sequence[str]:
        required: Sequence[str] = self._resolved(self._body).get("required", [])
        return required

    def takes(self, body: Any) -> bool:
        """Returns whether the schema accepts the body; it lacks some rules."""
        return self._validator.is_valid(body)

    def _ways(self, schema: Schema, example: Any, way: Way = ()) -> Iterator[Way]:
        for choice in self._choices(schema):
            for name, below in choice.get("properties", {}).items():
                yield (*way, name)
                shown = example.get(name) if isinstance(example, dict) else None
                yield from self._ways(below, shown, (*way, name))
            if "items" in choice and isinstance(example, list) and example:
                yield (*way, 0)
                yield from self._ways(choice["items"], example[0], (*way, 0))

    def _choices(self, schema: Schema) -> list[Schema]:
        schema = self._resolved(schema)
        return [self._resolved(choice) for choice in schema.get("anyOf", [schema])]

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    @property
    def _body(self) -> Schema:
        assert self.media_type, f"{self} has no body"
        content = self.description["requestBody"]["content"]
        schema: Schema = content[self.media_type]["schema"]
        return schema

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator({**self._body, **self._definitions})

    @property
    def _definitions(self) -> Schema:
        return {"components": {"schemas": self.schemas}}


def replaced(body: dict[str, Any], way: Way, value: Any) -> dict[str, Any]:
    """The body with another value in this place."""
    changed: Any = deepcopy(body)
    place = changed
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    whole: dict[str, Any] = changed
    return whole


def document(service: str) -> dict[str, Any]:
    file = REPOSITORY / "contracts" / "openapi" / f"{service}.json"
    described: dict[str, Any] = json.loads(file.read_text())
    return described


def operations(services: Iterable[str] = SERVICE_PORTS) -> list[Operation]:
    """All there are, of the services at their own ports."""
    found = []
    for service in services:
        described = document(service)
        found += [
            Operation(
                service,
                method.upper(),
                path,
                description,
                described["components"]["schemas"],
            )
            for path, methods in described["paths"].items()
            for method, description in methods.items()
        ]
    return found
