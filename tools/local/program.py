import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Program:
    """One process of the platform, as the supervisor runs it."""

    name: str
    # No process waits for observers, and everything works without them.
    group: Literal["stores", "services", "observers"]
    command: Sequence[str | Path]
    directory: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    # Writes the files that must exist before it starts.
    prepare: Callable[[], object] = lambda: None
    stop_signal: Literal["TERM", "INT"] = "TERM"

    def launcher(self) -> str:
        """A script, because no quoting in supervisord.conf takes every value."""
        exports = (
            f"export {name}={shlex.quote(value)}\n"
            for name, value in self.environment.items()
        )
        return (
            "#!/bin/sh\n"
            f"{''.join(exports)}"
            f"cd {shlex.quote(str(self.directory))} || exit 1\n"
            f"exec {shlex.join(map(str, self.command))}\n"
        )
