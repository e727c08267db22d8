"""The services' OpenAPI documents tell what a client needs to know."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from tests.smoke.document import RULES, Document
from tools.local.layout import REPOSITORY
from tools.local.ports import GATEWAY, SERVICE_PORTS

Json = dict[str, Any]
DOCUMENTS = (*SERVICE_PORTS, GATEWAY)


def document(service: str) -> Json:
    file = REPOSITORY / "contracts" / "openapi" / f"{service}.json"
    stated: Json = json.loads(file.read_text())
    return stated


@pytest.mark.parametrize("service", DOCUMENTS)
@pytest.mark.parametrize("rule", RULES)
def test_every_document_obeys_every_rule(service: str, rule: str) -> None:
    assert not list(RULES[rule](Document(document(service))))


@pytest.mark.parametrize("service", DOCUMENTS)
def test_document_is_openapi_3_1(service: str) -> None:
    stated = document(service)
    assert stated["openapi"].startswith("3.1.")
    assert not [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(stated)]


def examples(part: Any) -> Iterator[tuple[Json, Any]]:
    """Yields each schema that has examples, or whose media type has, with them."""
    if isinstance(part, dict):
        if isinstance(listed := part.get("examples"), list):
            schema = {name: part[name] for name in part if name != "examples"}
            yield from ((schema, each) for each in listed)
        if "example" in part and "schema" in part:
            yield part["schema"], part["example"]
        for each in part.values():
            yield from examples(each)
    elif isinstance(part, list):
        for each in part:
            yield from examples(each)


@pytest.mark.parametrize("service", DOCUMENTS)
def test_examples_match_their_schemas(service: str) -> None:
    stated = document(service)
    found = list(examples(stated))
    assert found
    for schema, shown in found:
        whole = {**schema, "components": stated["components"]}
        Draft202012Validator(whole).validate(shown)


def place_order(stated: Json) -> Json:
    operation: Json = stated["paths"]["/orders"]["post"]
    return operation


def without_summary(stated: Json) -> None:
    del place_order(stated)["summary"]


def with_a_name_twice(stated: Json) -> None:
    place_order(stated)["operationId"] = stated["paths"]["/"]["get"]["operationId"]


def without_example_of_the_body(stated: Json) -> None:
    del stated["components"]["schemas"]["OrderCreate"]["examples"]


def without_example_of_the_answer(stated: Json) -> None:
    del stated["components"]["schemas"]["OrderRead"]["examples"]


def with_an_answer_of_nothing(stated: Json) -> None:
    del place_order(stated)["responses"]["201"]["content"]


def with_an_error_of_another_kind(stated: Json) -> None:
    answer = place_order(stated)["responses"]["409"]
    answer["content"] = {"application/json": {"example": {"detail": "no"}}}


def without_unauthorized(stated: Json) -> None:
    del place_order(stated)["responses"]["401"]


def without_not_found(stated: Json) -> None:
    del stated["paths"]["/orders/{order_id}"]["get"]["responses"]["404"]


def without_too_large(stated: Json) -> None:
    del place_order(stated)["responses"]["413"]


def without_too_long(stated: Json) -> None:
    del stated["paths"]["/orders"]["get"]["responses"]["414"]


def without_invalid(stated: Json) -> None:
    del stated["paths"]["/orders"]["get"]["responses"]["422"]


def without_login(stated: Json) -> None:
    del stated["components"]["securitySchemes"]


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("described", without_summary),
        ("named_apart", with_a_name_twice),
        ("bodies_shown", without_example_of_the_body),
        ("responses_shown", without_example_of_the_answer),
        ("responses_shown", with_an_answer_of_nothing),
        ("errors_are_problems", with_an_error_of_another_kind),
        ("errors_declared", without_unauthorized),
        ("errors_declared", without_not_found),
        ("errors_declared", without_too_large),
        ("errors_declared", without_too_long),
        ("errors_declared", without_invalid),
        ("login_described", without_login),
    ],
)
def test_damaged_document_breaks_a_rule(
    rule: str, damage: Callable[[Json], None]
) -> None:
    stated = document("order-service")
    damage(stated)
    assert list(RULES[rule](Document(stated)))
