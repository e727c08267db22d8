"""The command with which operators look at what is parked, and replay it."""

import argparse
import asyncio
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from aio_pika.exceptions import AMQPError

from chassis._dead_letters import DeadLetter, DeadLetters
from chassis._queue import Queue

# Not 1, with which Python ends after an error that it did not expect.
NOT_FOUND = 3

Show = Callable[[DeadLetter], str]


def dead_letters_command(
    url: str, queue: Queue, arguments: Sequence[str] | None = None
) -> int:
    """Runs `list`, `show EVENT_ID` or `replay EVENT_ID|all`, as the arguments say.

    Returns:
        the exit status: 1 if the broker does not answer, `NOT_FOUND` if there is no
        such event.
    """
    wanted = _parser(queue).parse_args(arguments)
    try:
        return asyncio.run(_run(DeadLetters(url, queue), queue, wanted))
    except (AMQPError, OSError) as error:
        reason = f"{type(error).__name__}: {error}"
        print(f"error: the broker cannot be asked: {reason}", file=sys.stderr)
        return 1


def _parser(queue: Queue) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.dead_letters",
        description=f"What is parked in {queue.parking}; without a command, its list.",
    )
    parser.add_argument("--json", action="store_true", help="one object a line")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("list", help="what is parked, oldest first")
    show = commands.add_parser("show", help="one event, with its body")
    show.add_argument("event_id")
    replay = commands.add_parser("replay", help="put back into the queue")
    replay.add_argument("event_id", help="or: all")
    return parser


async def _run(letters: DeadLetters, queue: Queue, wanted: argparse.Namespace) -> int:
    match wanted.command:
        case "replay":
            event_id = None if wanted.event_id == "all" else wanted.event_id
            number = await letters.replay(event_id)
            print(f"{queue.parking}: {number} replayed")
            return 0 if number or event_id is None else NOT_FOUND
        case "show":
            found = await letters.list_(wanted.event_id)
            if not found:
                print(f"{queue.parking}: no {wanted.event_id}", file=sys.stderr)
                return NOT_FOUND
            _print(found, _as_json if wanted.json else _in_full)
        case _:
            found = await letters.list_()
            if not wanted.json:
                print(f"{queue.parking}: {len(found)} parked")
            _print(found, _as_json if wanted.json else _in_short)
    return 0


def _print(letters: Sequence[DeadLetter], show: Show) -> None:
    for letter in letters:
        # What is parked may be anything: it is not to steer the terminal.
        print("".join(c if c.isprintable() or c == "\n" else "?" for c in show(letter)))


def _as_json(letter: DeadLetter) -> str:
    return json.dumps(asdict(letter), default=datetime.isoformat)


def _in_short(letter: DeadLetter) -> str:
    reason = textwrap.shorten(
        letter.reason, shutil.get_terminal_size().columns - 4, placeholder=" ..."
    )
    return (
        f"\n  {letter.event_id}  {letter.event_type or 'no event'}\n"
        f"    {_facts(letter)}\n    {reason}"
    )


def _in_full(letter: DeadLetter) -> str:
    try:
        body = json.dumps(json.loads(letter.body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        body = letter.body
    return (
        f"{letter.event_id}  {letter.event_type or 'no event'}  in {letter.queue}\n"
        f"{_facts(letter)}\n{letter.reason}\n\n{body}"
    )


def _facts(letter: DeadLetter) -> str:
    parked_at = letter.parked_at
    return "  ".join(
        (
            f"parked {parked_at:%Y-%m-%d %H:%M:%SZ}" if parked_at else "parked",
            f"attempts {letter.attempts or '-'}",
            f"trace {letter.trace_id or '-'}",
        )
    )
