"""Runs the docker command in the folder of the compose file."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY


async def docker(*words: str, stdin: bytes = b"") -> bytes:
    """Returns the output of the command.

    Raises:
        PlatformError: it failed.
    """
    process = await asyncio.create_subprocess_exec(
        "docker", *words, cwd=REPOSITORY, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    output, complaint = await process.communicate(stdin)
    if process.returncode != 0:
        said = (complaint or output).decode(errors="replace").strip()
        raise PlatformError(f"docker {' '.join(words[:4])}: {said}")
    return output


@asynccontextmanager
async def conversation(*words: str, typed: bytes, until: str) -> AsyncIterator[None]:
    """Runs the command, whose input stays open while this lasts.

    The input also ends if this process is killed.

    Args:
        typed: the first lines of its input.
        until: the line of the output that says that these were carried out.

    Raises:
        PlatformError: the command ended before.
    """
    process = await asyncio.create_subprocess_exec(
        "docker", *words, cwd=REPOSITORY, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    source, sink = process.stdin, process.stdout
    if source is None or sink is None:
        raise RuntimeError("pipes were asked for")
    try:
        source.write(typed)
        line = latest = b""
        while line.strip() != until.encode():
            if not (line := await sink.readline()):
                said = latest.decode(errors="replace").strip()
                raise PlatformError(f"docker {' '.join(words[:4])}: {said}")
            latest = line
        yield
    finally:
        source.close()
        await process.wait()
