"""npm's certified OpenID Connect provider, as a process of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest


@contextmanager
def certified_provider(folder: Path, port: int, **given: str) -> Iterator[str]:
    """Runs the provider, and yields its issuer; skips the test without Node.

    Args:
        folder: has `server.js` and `package-lock.json`; npm installs into it once.
        given: the environment of `server.js`, besides its port.
    """
    _install(folder)
    node = Path(shutil.which("node") or "").parent
    process = subprocess.Popen(
        ["node", "server.js"],  # noqa: S607
        cwd=folder,
        env={"PATH": str(node), "PORT": str(port), **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "listening\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _install(folder: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        raise SkipTest("Node 20 and npm are not installed")
    lock, installed = folder / "package-lock.json", folder / "node_modules"
    mark = installed / ".of-lock"
    if mark.exists() and mark.read_text() == lock.read_text():
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
    if run.returncode != 0:
        raise SkipTest("npm cannot install oidc-provider, perhaps without a network")
    mark.write_text(lock.read_text())
