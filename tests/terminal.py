"""A terminal, in which one types what a document says against the tests' platform."""

import asyncio
import re
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO

from tests.conftest import ROOT
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import PORTS

SETUP = "set -euo pipefail\n"
# An answer that is an error ends it, unless the document shows one.
SUCCEEDS = 'curl() { command curl --fail-with-body "$@"; }\n'
MAY_BE_REFUSED = "unset -f curl\n"
END = b"\x04"
SECONDS_TO_RUN = 60


class CommandFailed(Exception):
    """A command ended the shell."""


def translated(text: str, platform: Platform) -> str:
    """Replaces the platform's usual addresses in a document by those of this one."""
    ports = {str(p): str(platform.service_ports[s]) for s, p in PORTS.items()}
    here = re.sub(r"\b(800[1-4]|9000)\b", lambda port: ports[port[0]], text)
    return here.replace(".local/", f"{ROOT}/")


class Terminal:
    """One shell: what a command sets, the next one has."""

    def __init__(self, platform: Platform, shell: Process, errors: IO[bytes]) -> None:
        self._platform = platform
        self._shell = shell
        self._errors = errors
        # Each new account takes an unused name.
        self._name = rf"\1-{uuid.uuid4().hex[:8]}"

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, platform: Platform, environment: Mapping[str, str]
    ) -> AsyncIterator["Terminal"]:
        with TemporaryFile() as errors:
            shell = await asyncio.create_subprocess_exec(
                "bash",
                cwd=REPOSITORY,
                env=environment,
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
                limit=2**22,
            )
            try:
                yield cls(platform, shell, errors)
            finally:
                if shell.returncode is None:
                    shell.kill()
                await shell.wait()

    def meant(self, text: str) -> str:
        named = re.sub(r"\b(ada|grace|mallory)\b", self._name, text)
        return translated(named, self._platform)

    async def type(self, commands: str, *, may_be_refused: bool = False) -> str:
        """Returns their output.

        Raises:
            CommandFailed: one of them did, and nothing more can be typed.
        """
        assert self._shell.stdin
        assert self._shell.stdout
        curl = MAY_BE_REFUSED if may_be_refused else SUCCEEDS
        block = f"{{\n{self.meant(commands)}\n}} </dev/null\n"
        self._shell.stdin.write(f"{SETUP}{curl}{block}printf '\\4'\n".encode())
        try:
            async with asyncio.timeout(SECONDS_TO_RUN):
                printed = await self._shell.stdout.readuntil(END)
        except asyncio.IncompleteReadError as ended:
            self._errors.seek(0)
            said = ended.partial + self._errors.read()
            raise CommandFailed(f"{commands}\n{said.decode()}") from None
        return printed.removesuffix(END).decode()
