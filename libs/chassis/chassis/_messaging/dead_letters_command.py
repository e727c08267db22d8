"""The command with which operators list, read and replay dead letters."""

import argparse
import asyncio
import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar

from chassis._errors import Unavailable
from chassis._messaging.dead_letter import RESERVED_ID, DeadLetter, OpenedDeadLetter
from chassis._messaging.dead_letters import DeadLetterNotFound, DeadLetters
from chassis._messaging.queue import Queue

# Not 1, which is Python's exit status after an unexpected error.
NOT_FOUND = 3

Letter = TypeVar("Letter", bound=DeadLetter)


def dead_letters_command(
    url: str, queue: Queue, arguments: Sequence[str] | None = None
) -> int:
    """Runs `list`, `show ID` or `replay ID|all`, as the arguments say.

    Returns:
        the exit status: 1 if the broker does not answer, `NOT_FOUND` if there is no
        such event.
    """
    wanted = _parser(queue).parse_args(arguments)
    try:
        return asyncio.run(_run(DeadLetters(url, queue, math.inf), queue, wanted))
    except DeadLetterNotFound as error:
        print(f"{queue.dead_letter_queue}: {error}", file=sys.stderr)
        return NOT_FOUND
    except Unavailable as error:
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        print(f"error: {error}{cause}", file=sys.stderr)
        return 1


def _parser(queue: Queue) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.dead_letters",
        description=f"Lists the dead letters in {queue.dead_letter_queue} by default.",
    )
    parser.add_argument("--json", action="store_true", help="one object a line")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("list", help="the dead letters, newest first")
    show = commands.add_parser("show", help="one dead letter, with its body")
    show.add_argument("id")
    replay = commands.add_parser("replay", help="put back into the queue")
    replay.add_argument("id", help="or: all")
    return parser


async def _run(letters: DeadLetters, queue: Queue, wanted: argparse.Namespace) -> int:
    match wanted.command:
        case "replay":
            letter_id = None if wanted.id == RESERVED_ID else wanted.id
            replay = await letters.replay(letter_id)
            print(f"{queue.dead_letter_queue}: {replay.replayed} replayed")
        case "show":
            opened = await letters.get(wanted.id)
            _print([opened], _as_json if wanted.json else _in_full)
        case _:
            found = await letters.list_()
            if not wanted.json:
                print(f"{queue.dead_letter_queue}: {found.total} dead letters")
            _print(found.letters, _as_json if wanted.json else _in_short)
    return 0


def _print(letters: Sequence[Letter], show: Callable[[Letter], str]) -> None:
    for letter in letters:
        # Control characters of a message must not reach the terminal.
        print("".join(c if c.isprintable() or c == "\n" else "?" for c in show(letter)))


def _as_json(letter: DeadLetter) -> str:
    return json.dumps(asdict(letter), default=datetime.isoformat)


def _in_short(letter: DeadLetter) -> str:
    reason = textwrap.shorten(
        letter.reason, shutil.get_terminal_size().columns - 4, placeholder=" ..."
    )
    return (
        f"\n  {letter.id}  {letter.event_type or 'no event'}\n"
        f"    {_facts(letter)}\n    {reason}"
    )


def _in_full(letter: OpenedDeadLetter) -> str:
    try:
        body = json.dumps(json.loads(letter.body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        body = letter.body
    return (
        f"{letter.id}  {letter.event_type or 'no event'}  in {letter.queue}\n"
        f"{_facts(letter)}\n{letter.reason}\n\n{body}"
    )


def _facts(letter: DeadLetter) -> str:
    since = letter.dead_lettered_at
    return "  ".join(
        (
            f"dead-lettered {since:%Y-%m-%d %H:%M:%SZ}" if since else "dead-lettered",
            f"attempts {letter.attempts or '-'}",
            f"trace {letter.trace_id or '-'}",
        )
    )
