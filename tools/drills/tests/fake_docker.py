"""A docker command that records its calls, and prints what a test has prepared."""

import json
import os
import sys
from pathlib import Path

FOLDER = Path(os.environ["FAKE_DOCKER"])


def record(call: dict[str, object]) -> None:
    with (FOLDER / "calls").open("a") as calls:
        calls.write(json.dumps(call) + "\n")


def main(words: list[str]) -> int:
    prepared = json.loads((FOLDER / "answers.json").read_text())
    answer: dict[str, str] = next(
        (a for a in prepared if set(a["to"]) <= set(words)), {}
    )
    if "psql" in words and "--command" not in "".join(words):
        return converse(words, answer)
    stdin = sys.stdin.buffer.read().hex() if not sys.stdin.isatty() else ""
    record({"words": words, "folder": str(Path.cwd()), "stdin": stdin})
    sys.stdout.buffer.write(bytes.fromhex(answer.get("prints", "")))
    sys.stderr.write(answer.get("complains", ""))
    return int(answer.get("status", 0))


def converse(words: list[str], answer: dict[str, str]) -> int:
    """Echoes as psql does, until its input ends; a complaint ends it at once."""
    typed = []
    if complaint := answer.get("complains"):
        print(complaint)
        return 3
    for line in sys.stdin:
        typed.append(line.strip())
        if line.startswith("\\echo "):
            print(line.removeprefix("\\echo ").strip(), flush=True)
    record({"words": words, "folder": str(Path.cwd()), "typed": typed, "ended": True})
    return 0


sys.exit(main(sys.argv[1:]))
