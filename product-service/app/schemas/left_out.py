"""Bodies that change only what they name."""

from typing import Any

from pydantic import Field

# Stands in for a field that was left out, and is never read: whoever applies the body
# asks for its `model_fields_set`. That way the types, and OpenAPI, say which fields may
# be null.
LEFT_OUT: Any = Field(default_factory=lambda: None)
