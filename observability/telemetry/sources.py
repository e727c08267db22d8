"""The sources of the services and of the chassis, parsed."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.local.layout import REPOSITORY
from tools.local.ports import PORTS

PLACES = {
    "chassis": REPOSITORY / "libs" / "chassis" / "chassis",
    **{service: REPOSITORY / service / "app" for service in PORTS},
}


@dataclass(frozen=True)
class Source:
    place: str
    tree: ast.Module

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def constant(self, name: str) -> str | None:
        """Returns the text that the module assigns to the name, if any."""
        for node in self.tree.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=target)], value=ast.Constant(value=str(text))
                ) if target == name:
                    return text
        return None


def sources() -> list[Source]:
    return [
        Source(place, ast.parse(file.read_text()))
        for place, folder in PLACES.items()
        for file in sorted(folder.rglob("*.py"))
        if "testing" not in file.relative_to(folder).parts
    ]


def texts_of(node: ast.expr) -> Iterator[str]:
    """Yields the texts among which the expression chooses, or that it lists."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from texts_of(one)
            yield from texts_of(other)
        case ast.List(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from texts_of(element)


def words_in(sources: Iterable[Source]) -> set[str]:
    """Returns the texts of the sources, and the names of classes in lower case."""
    found: set[str] = set()
    for source in sources:
        for node in ast.walk(source.tree):
            match node:
                case ast.Constant(value=str(text)):
                    found.add(text)
                case ast.ClassDef(name=name):
                    found.add(name.lower())
    return found
