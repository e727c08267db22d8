"""Changes and repairs the secret files that the other containers read.

The container `secrets` has written them to a volume for each part, which only reads it.
Another container of the same image can write, and its program repairs what was changed.
"""

import io
import tarfile
from collections.abc import Mapping

from tools.drills.docker import docker

FOLDER = "/handed-out"
# Files that a drill adds; nothing else is in this folder.
LENT = "lent"
# Files that exist already, such as keys, are never replaced: they are deleted first.
# The pattern is unquoted, because the shell expands it.
RESTORE = """\
content() { (cd "/handed-out/$1" && cat $2 | sha256sum); }
before=$(content "$@") && (cd "/handed-out/$1" && rm -rf -- lent $2) || exit
python -m tools.compose.generate_secrets >/dev/null || exit
[ "$before" = "$(content "$@")" ] || echo changed
"""


async def read(part: str, pattern: str) -> dict[str, bytes]:
    """Returns the contents of the files of the part, by their paths in its volume."""
    script = f'cd "{FOLDER}/$1" && tar --create --file=- -- $2'
    with tarfile.open(fileobj=io.BytesIO(await _run(script, part, pattern))) as tar:
        return {
            member.name: file.read()
            for member in tar
            if (file := tar.extractfile(member)) is not None
        }


async def write(part: str, contents: Mapping[str, bytes]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, content in contents.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(content), 0o444
            tar.addfile(member, io.BytesIO(content))
    script = f'cd "{FOLDER}/$1" && tar --extract --no-same-owner --file=-'
    await _run(script, part, stdin=packed.getvalue())


async def restore(part: str, pattern: str) -> bool:
    """Returns whether the files were changed."""
    return bool(await _run(RESTORE, part, pattern))


async def _run(script: str, *words: str, stdin: bytes = b"") -> bytes:
    secrets = ("compose", "run", "--rm", "--no-deps", "-T", "secrets")
    return await docker(*secrets, "sh", "-c", script, "sh", *words, stdin=stdin)
