"""The examples of bodies in an OpenAPI document, with their null fields."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from chassis._values.schemas import RequestBody, ResponseBody


def restore_nulls(document: dict[str, Any]) -> None:
    """Completes the examples, because FastAPI leaves out each null of a document."""
    schemas = document.get("components", {}).get("schemas", {})
    for model in (*_derived(RequestBody), *_derived(ResponseBody)):
        extra = model.model_config.get("json_schema_extra")
        examples = extra.get("examples") if isinstance(extra, dict) else None
        stated = schemas.get(model.__name__, {}).get("examples")
        # Another model may have the same name.
        if stated and stated == _without_nulls(examples):
            schemas[model.__name__]["examples"] = deepcopy(examples)


def _derived(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _derived(each)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    if isinstance(value, dict):
        items = value.items()
        return {name: _without_nulls(each) for name, each in items if each is not None}
    return value
