"""The sources of the services and of the chassis, parsed."""

import ast
from collections.abc import Iterator

from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

CHASSIS = REPOSITORY / "libs" / "chassis" / "chassis"
SOURCES = {
    file: ast.parse(file.read_text())
    for folder in (*(REPOSITORY / name / "app" for name in SERVICE_PORTS), CHASSIS)
    for file in folder.rglob("*.py")
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def trees(*places: str) -> Iterator[tuple[str, ast.Module]]:
    """Yields the sources of all services; `places` are names directly below `app`."""
    for file, tree in SOURCES.items():
        service, *rest = file.relative_to(REPOSITORY).parts
        if service in SERVICE_PORTS and (not places or rest[1] in places):
            yield str(file.relative_to(REPOSITORY)), tree


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base) for base in node.bases}


def methods(owner: ast.ClassDef) -> Iterator[Function]:
    return (node for node in owner.body if isinstance(node, Function))


def named_after(file: str, tree: ast.Module) -> Iterator[ast.ClassDef]:
    """Yields the class `PlaceOrder` of the module `place_order.py`."""
    words = file.rpartition("/")[2].removesuffix(".py").split("_")
    name = "".join(map(str.capitalize, words))
    return (owner for owner in classes(tree) if owner.name == name)


def public_methods(owner: ast.ClassDef) -> Iterator[str]:
    for method in methods(owner):
        is_property = any(ast.unparse(d) == "property" for d in method.decorator_list)
        is_constructor = any(
            ast.unparse(d) == "classmethod" for d in method.decorator_list
        )
        if not (is_property or is_constructor or method.name.startswith(("_", "is_"))):
            yield method.name


def annotations(function: Function) -> dict[str, str]:
    """Returns the types of the parameters by name."""
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {each.arg: ast.unparse(each.annotation or each) for each in every}


def result_of(function: Function) -> str:
    return ast.unparse(function.returns) if function.returns else ""


def is_repository(owner: ast.ClassDef) -> bool:
    return any(
        method.name == "__init__" and "session" in annotations(method)
        for method in methods(owner)
    )


def repository_methods() -> Iterator[tuple[str, list[str], str]]:
    """Yields the place, the words of the name and the result of each method."""
    for file, tree in trees("repositories"):
        for owner in filter(is_repository, classes(tree)):
            for method in methods(owner):
                result = result_of(method)
                yield f"{file}: {method.name}", method.name.split("_"), result
