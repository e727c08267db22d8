"""The storefront's build, in memory: a request reads no disk, and reaches no other
file."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.storefront.files import CODINGS, File, read_file
from chassis import page_policy

SHELL = "index.html"
# Says why there is no build; the program that builds writes it.
OBSTACLE = ".obstacle"
POLICY = {
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    # Sellers name pictures on hosts of their own.
    "img-src": "'self' data: https:",
    "manifest-src": "'self'",
    # SvelteKit's shell and components have style attributes, but no style elements.
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
}


@dataclass(frozen=True)
class Build:
    """
    Attributes:
        shell: the one page, whose scripts show all others.
        files: all other files, by their paths.
    """

    shell: File
    files: Mapping[str, File]


def read_build(folder: Path) -> Build | None:
    """Reads all files of the build; None if there is none.

    Hidden files and symbolic links are left out.
    """
    shell = folder / SHELL
    if not shell.is_file() or shell.is_symlink():
        return None
    policy = page_policy(shell.read_bytes(), POLICY).encode()
    return Build(
        shell=read_file(
            shell,
            f"/{SHELL}",
            (b"vary", b"Accept"),
            (b"content-security-policy", policy),
        ),
        files={url: read_file(path, url) for url, path in _files(folder)},
    )


def read_obstacle(folder: Path) -> str | None:
    """Returns why there is no build, if the last attempt to make one has failed."""
    try:
        return (folder / OBSTACLE).read_text().strip() or None
    except OSError:
        return None


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(directory, name) for name in names):
            url = f"/{path.relative_to(folder).as_posix()}"
            is_compressed = path.suffix in CODINGS and path.with_suffix("").exists()
            is_hidden = path.name.startswith(".") or path.is_symlink()
            if not (is_compressed or is_hidden or url == f"/{SHELL}"):
                yield url, path
