"""The original contents of the files that a drill has changed.

They are encoded in `.local/drill.kept`, because a copy beside a changed file would show
the person on call what was changed.
"""

import base64
import json
import stat
from pathlib import Path

from tools.local.files import write_private


class Originals:
    """
    Args:
        root: the folder of the platform, usually `.local`.
    """

    def __init__(self, root: Path) -> None:
        self._file = root / "drill.kept"

    def keep(self, path: Path) -> bytes:
        """Returns the original content of the file, even if it was changed before."""
        kept = self._load()
        if str(path) not in kept:
            mode = oct(stat.S_IMODE(path.stat().st_mode))
            kept[str(path)] = (mode, base64.b64encode(path.read_bytes()).decode())
            self._save(kept)
        _, content = kept[str(path)]
        return base64.b64decode(content)

    def restore(self, folder: Path, pattern: str) -> list[Path]:
        """Restores the changed files that match, and returns their paths."""
        kept = self._load()
        changed = [
            path
            for path in map(Path, kept)
            if path.is_relative_to(folder) and path.match(pattern)
        ]
        for file in changed:
            mode, content = kept[str(file)]
            write_private(file, base64.b64decode(content), mode=int(mode, 8))
        self._save({p: kept[p] for p in kept if Path(p) not in changed})
        return changed

    def _load(self) -> dict[str, tuple[str, str]]:
        if not self._file.exists():
            return {}
        kept: dict[str, tuple[str, str]] = json.loads(
            base64.b64decode(self._file.read_bytes())
        )
        return kept

    def _save(self, kept: dict[str, tuple[str, str]]) -> None:
        if kept:
            write_private(self._file, base64.b64encode(json.dumps(kept).encode()))
        else:
            self._file.unlink(missing_ok=True)
