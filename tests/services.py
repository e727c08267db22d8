"""The settings and tables of a service, read from its code."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

from contracts.export import PLACEHOLDERS
from tools.local.layout import REPOSITORY

# Run in the service's folder, as all services call their package `app`.
TELL = """
import inspect, json
from app.config import settings
from app.main import create_app
from chassis import Base, ServiceSettings

own, = (
    kind for _, kind in inspect.getmembers(settings, inspect.isclass)
    if issubclass(kind, ServiceSettings) and kind.__module__ == settings.__name__
)
create_app()
print(json.dumps({
    "settings": {
        name.upper(): "required" if field.is_required()
        else field.get_default(call_default_factory=True)
        for name, field in own.model_fields.items()
    },
    "tables": list(Base.metadata.tables),
}))
"""


@cache
def facts(service: str) -> dict[str, Any]:
    """Its `settings`, by their names in the environment, and the names of its `tables`.

    A setting's value is its default, or "required".
    """
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", TELL],
        cwd=REPOSITORY / service,
        env=PLACEHOLDERS,
        capture_output=True,
        text=True,
        check=True,
    )
    known: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return known
