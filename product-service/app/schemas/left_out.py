"""The default of fields in bodies that change only the fields present."""

from typing import Any

from pydantic import Field

# The value of an omitted field. It is never read, because callers use
# `model_fields_set`. So the types, and OpenAPI, show which fields may be null.
LEFT_OUT: Any = Field(default_factory=lambda: None)
