"""The paths of the storefront, and the digest of what it is built from."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# Made by npm, SvelteKit, Paraglide and these tools, or not a part of what they make.
GENERATED = frozenset(
    {"node_modules", ".node", ".svelte-kit", "build", "build-pseudo", "paraglide"}
    | {"cache", ".meta.json", "README.md", ".gitignore", "requirements.in"}
)


@dataclass(frozen=True)
class Layout:
    folder: Path = REPOSITORY / "frontend"

    @property
    def node(self) -> Path:
        """The packages of PyPI that have Node and npm."""
        return self.folder / ".node"

    @property
    def packages(self) -> Path:
        return self.folder / "node_modules"

    @property
    def build(self) -> Path:
        return self.folder / "build"

    @property
    def next_build(self) -> Path:
        """It replaces the build when it is complete."""
        return self.folder / ".svelte-kit" / "next-build"

    @property
    def replaced_build(self) -> Path:
        return self.folder / ".svelte-kit" / "replaced-build"

    @property
    def obstacle(self) -> Path:
        """Why there is no build; the gateway shows it."""
        return self.build / ".obstacle"

    @property
    def log(self) -> Path:
        return self.node / "log"

    def digest(self, *names: str) -> str:
        """Returns a digest of these files, or of all sources."""
        found = hashlib.sha256()
        paths = [self.folder / name for name in names] or sorted(self._sources())
        for path in paths:
            content = path.read_bytes()
            found.update(f"{path.relative_to(self.folder)} {len(content)}\n".encode())
            found.update(content)
        return found.hexdigest()

    def _sources(self) -> Iterator[Path]:
        for directory, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in GENERATED]
            for name in names:
                if name not in GENERATED and ".test." not in name:
                    yield Path(directory, name)


def is_stamped(folder: Path, digest: str) -> bool:
    """Returns whether the folder was made from what has the digest."""
    try:
        return (folder / ".sources").read_text() == digest
    except OSError:
        return False


def stamp(folder: Path, digest: str) -> None:
    (folder / ".sources").write_text(digest)
