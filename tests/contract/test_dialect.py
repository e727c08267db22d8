"""Every service does the same thing in the same way."""

import ast

import pytest

import chassis
from tests.contract.sources import (
    SOURCES,
    Function,
    annotations,
    bases,
    classes,
    functions,
    named_after,
    public_methods,
    repository_methods,
    result_of,
    trees,
)

ERRORS = {
    name
    for name in chassis.__all__
    if isinstance(kind := getattr(chassis, name), type)
    and issubclass(kind, chassis.DomainError)
}
MOST_EXCEPTIONS = 3


def test_domain_errors_stand_only_in_errors_module() -> None:
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees()
        for node in classes(tree)
        if bases(node) & ERRORS and not file.endswith("/app/errors.py")
    ]


def test_services_are_not_given_sessions() -> None:
    assert not [
        file
        for file, tree in trees("services")
        for node in ast.walk(tree)
        if isinstance(node, ast.alias) and node.name == "AsyncSession"
    ]


def test_use_cases_are_no_callables() -> None:
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees("services")
        for node in functions(tree)
        if node.name == "__call__"
    ]


def test_use_case_has_a_module_a_class_and_a_method() -> None:
    """The method does it; predicates (`is_work`) may tell others about it."""
    assert not [
        f"{file}: {owner.name}: {public}"
        for file, tree in trees("services")
        for owner in named_after(file, tree)
        if len(public := [*public_methods(owner)]) != 1
    ]


def test_module_of_services_has_one_use_case() -> None:
    assert not [
        file
        for file, tree in trees("services")
        if not file.endswith("__init__.py") and len([*named_after(file, tree)]) != 1
    ]


def test_use_cases_are_no_functions() -> None:
    """A function in `app/services` computes; it neither waits nor reads a store."""
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees("services")
        for node in tree.body
        if isinstance(node, Function) and not node.name.startswith("_")
        if isinstance(node, ast.AsyncFunctionDef)
        or {"Database", "Events", "Outbox"} & set(annotations(node).values())
    ]


@pytest.mark.parametrize(("verb", "returns_none"), [("get", False), ("find", True)])
def test_repository_gets_or_finds(verb: str, returns_none: bool) -> None:
    assert not [
        place
        for place, words, result in repository_methods()
        if words[0] == verb and result.endswith("| None") != returns_none
    ]


def test_repository_lists_many() -> None:
    assert not [
        place
        for place, words, result in repository_methods()
        if words[0] == "list" and not result.startswith(("Page[", "Sequence["))
    ]


def test_repository_reads_with_get_find_or_list() -> None:
    assert not [
        place
        for place, words, _ in repository_methods()
        if words[0] in {"read", "fetch", "load", "by", "one", "select", "all"}
    ]


def test_guards_on_models_require() -> None:
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees("models")
        for node in functions(tree)
        if node.name.lstrip("_").split("_")[0] in {"must", "check", "ensure", "assert"}
    ]


def test_enumerations_are_strings_with_one_column_type() -> None:
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees()
        for node in classes(tree)
        if bases(node) & {"Enum", "IntEnum", "Flag", "str"}
    ]
    # The column of roles is older and shorter than those of the chassis' type.
    assert {
        file
        for file, tree in trees("models")
        for node in ast.walk(tree)
        if isinstance(node, ast.alias) and node.name == "Enum"
    } == {"user-service/app/models/user.py"}


def test_routes_return_schemas() -> None:
    """Only a route that returns a response of its own names its schema apart."""
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees("api")
        for node in functions(tree)
        for decorator in node.decorator_list
        for keyword in getattr(decorator, "keywords", [])
        if keyword.arg == "response_model" and result_of(node) != "Response"
    ]


def test_dependencies_are_coroutines() -> None:
    plain = {
        node.name
        for _, tree in trees("api")
        for node in functions(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert not [
        f"{file}: {ast.unparse(node)}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Depends"
        if ast.unparse(node.args[0]) in plain
    ]


def test_only_resources_read_app_state() -> None:
    assert {
        file.name
        for file, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith("app.state")
    } == {"_resources.py"}


def test_only_peers_read_answers() -> None:
    assert not [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "json"
    ]


def test_outcomes_of_many_kinds_are_values() -> None:
    assert not [
        f"{file}:{node.lineno}"
        for file, tree in trees("services")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple)
        if len(node.type.elts) > MOST_EXCEPTIONS
    ]


def test_time_limits_are_deadlines() -> None:
    assert not [
        f"{file}: {node.name}"
        for file, tree in trees("api", "clients", "services")
        for node in functions(tree)
        for name, kind in annotations(node).items()
        if name in {"timeout", "budget", "time_left"}
        or (name == "deadline" and kind not in {"Deadline", "DeadlineDep"})
    ]
