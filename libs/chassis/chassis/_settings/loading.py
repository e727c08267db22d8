"""Reads the settings, or ends with a sentence for each wrong one."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from chassis._settings.settings import Settings

S = TypeVar("S", bound=Settings)


def load_settings(kind: type[S]) -> S:
    """Reads the settings from the environment.

    Raises:
        SystemExit: with a sentence for each setting that is missing or wrong.
    """
    try:
        return kind()
    except ValidationError as error:
        raise SystemExit("\n".join(_sentences(kind, error))) from None


def _sentences(kind: type[Settings], error: ValidationError) -> Iterator[str]:
    explained: set[int | str] = set()
    for fault in error.errors(include_input=False, include_url=False):
        problem = fault["msg"].removeprefix("Value error, ")
        name, *within = fault["loc"] or ("",)
        if not name:
            yield f"error: {problem}"
        elif name not in explained:
            explained.add(name)
            if fault["type"] == "missing":
                problem = "is required"
            elif within and isinstance(within[0], int):
                problem = f"entry {within[0] + 1} {problem}"
            example = _example(kind, str(name))
            yield f"error: {str(name).upper()}: {problem}, such as {example}"


def _example(kind: type[Settings], name: str) -> Any:
    field = kind.model_fields[name]
    return field.examples[0] if field.examples else field.default
