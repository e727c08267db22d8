"""Rules for an OpenAPI document; says where it breaks one, and fails if it does.

python3 document.py RULE <openapi.json
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Operation:
    name: str
    path: str
    stated: Json

    @property
    def body(self) -> Json:
        content: Json = self.stated.get("requestBody", {}).get("content", {})
        return content

    @property
    def parameters(self) -> list[Json]:
        parameters: list[Json] = self.stated.get("parameters", [])
        return parameters

    @property
    def answers(self) -> dict[str, Json]:
        return {k: v.get("content", {}) for k, v in self.stated["responses"].items()}

    @property
    def reads_by_number(self) -> bool:
        """Returns whether it addresses one object, which may not exist."""
        return self.name.startswith("GET") and any(
            self.path.endswith(f"{{{parameter['name']}}}")
            and parameter["schema"].get("type") == "integer"
            for parameter in self.parameters
        )


class Document:
    def __init__(self, stated: Json) -> None:
        self.stated = stated
        self.operations = [
            Operation(f"{method.upper()} {path}", path, operation)
            for path, operations in stated["paths"].items()
            for method, operation in operations.items()
        ]

    def resolve(self, schema: Json) -> Json:
        while "$ref" in schema:
            found = self.stated
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def shows_example(self, media: Json) -> bool:
        schema = self.resolve(media.get("schema", {}))
        if any({"example", "examples"} & place.keys() for place in (media, schema)):
            return True
        return "items" in schema and self.shows_example({"schema": schema["items"]})


def described(document: Document) -> Iterator[str]:
    for operation in document.operations:
        for word in ("summary", "description", "tags", "operationId"):
            if not operation.stated.get(word):
                yield f"{operation.name} has no {word}"


def named_apart(document: Document) -> Iterator[str]:
    names = Counter(o.stated.get("operationId") for o in document.operations)
    yield from (f"{name} is used {n} times" for name, n in names.items() if n > 1)


def bodies_shown(document: Document) -> Iterator[str]:
    for operation in document.operations:
        for kind, media in operation.body.items():
            if not document.shows_example(media):
                yield f"{operation.name} takes {kind} without an example"


def responses_shown(document: Document) -> Iterator[str]:
    for operation in document.operations:
        for status, content in operation.answers.items():
            if status not in {"204", "303", "304"} and not content:
                yield f"{operation.name} answers {status} with nothing"
            for media in content.values():
                if not document.shows_example(media):
                    yield f"{operation.name} answers {status} without an example"


def errors_are_problems(document: Document) -> Iterator[str]:
    for operation in document.operations:
        if operation.path.startswith("/health"):
            continue  # tells how it is, however it is
        for status, content in operation.answers.items():
            if status >= "400" and list(content) != [PROBLEM]:
                yield f"{operation.name} answers {status} without {PROBLEM}"


def errors_declared(document: Document) -> Iterator[str]:
    for operation in document.operations:
        expected = {
            "401": operation.stated.get("security"),
            "404": operation.reads_by_number,
            "413": operation.body,
            "414": operation.parameters,
            "422": operation.body or operation.parameters,
        }
        for status, due in expected.items():
            if due and status not in operation.answers:
                yield f"{operation.name} does not declare {status}"


def login_described(document: Document) -> Iterator[str]:
    schemes = document.stated["components"].get("securitySchemes", {})
    for operation in document.operations:
        for requirement in operation.stated.get("security", []):
            for name in requirement.keys() - schemes.keys():
                yield f"{operation.name} wants {name}, which is not described"


RULES: dict[str, Callable[[Document], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        described,
        named_apart,
        bodies_shown,
        responses_shown,
        errors_are_problems,
        errors_declared,
        login_described,
    )
}


def main() -> int:
    try:
        complaints = list(RULES[sys.argv[1]](Document(json.load(sys.stdin))))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        complaints = [f"not an OpenAPI document: {error!r}"]
    print("; ".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
