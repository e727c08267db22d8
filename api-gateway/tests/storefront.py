"""A small build of a storefront, as SvelteKit lays it out."""

import gzip
from pathlib import Path

THEME, START = "document.documentElement.dataset.theme = 'dark'", "\nstart('<b>');\n"
SHELL = f"""<!doctype html>
<html lang="en">
  <head>
    <script>{THEME}</script>
    <script type="module" src="/_app/immutable/entry/start.Xy12.js"></script>
  </head>
  <body><div style="display: contents"><script nonce="">{START}</script></div></body>
</html>
"""
SCRIPT = "/_app/immutable/entry/start.Xy12.js"
SOURCE = "export const start = () => document.title;\n" * 60
GZIPPED = gzip.compress(SOURCE.encode(), mtime=0)
FAKE_BROTLI = b"stands for brotli"


def write_build(folder: Path, shell: str = SHELL) -> Path:
    files = {
        "index.html": shell,
        SCRIPT.lstrip("/"): SOURCE,
        "_app/version.json": '{"version":"1"}',
        "icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        ".sources": "what it was built from",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for name in ("index.html", SCRIPT.lstrip("/")):
        path = folder / name
        gzipped = gzip.compress(path.read_bytes(), mtime=0)
        path.with_name(f"{path.name}.gz").write_bytes(gzipped)
        path.with_name(f"{path.name}.br").write_bytes(FAKE_BROTLI)
    return folder
