#!/usr/bin/env python3
"""Checks the form of a commit message: `commit_msg.py FILE`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_SUBJECT = 72
# The diff of `git commit --verbose`, which git removes from the message later.
SCISSORS = re.compile(r"^# -+ >8 -+$.*", re.MULTILINE | re.DOTALL)
# A later rebase folds these into the commit that they name.
FOLDED = re.compile(r"(fixup|squash|amend)! ")
MERGE = re.compile(r"Merge (branch|remote-tracking branch|pull request)\b")
# `docs/README.md` or `/tmp/clone`, but not `GET /orders/user/7` or `HTTP/1.1`.
FILE_PATH = re.compile(
    r"(?<![\w./-])[\w.-]+/[\w./-]*\.[a-z]+\b|(?<!\S)/(home|root|tmp|Users|var)/"
)
TRAILER = re.compile(r"[A-Z][a-z]+(-[a-z]+)*-by: ")


def problems(message: str) -> Iterator[str]:
    subject, *rest = _lines(message)
    if FOLDED.match(subject):
        return
    if MERGE.match(subject):
        yield "rebase instead of merging, or name the change in the subject"
    if len(subject) > LONGEST_SUBJECT:
        yield f"the subject has {len(subject)} characters instead of {LONGEST_SUBJECT}"
    if not subject[:1].isupper():
        yield "the subject must begin with a capital letter"
    if " " not in subject:
        yield "the subject must be a sentence, such as 'Reject expired tokens'"
    if subject.endswith("."):
        yield "the subject must not end with a period"
    if FILE_PATH.search(subject):
        yield "the subject must name the change instead of a file"
    if rest and rest[0]:
        yield "the second line must be blank"
    if not any(line and not TRAILER.match(line) for line in rest):
        yield "a body must say why the change is made"


def _lines(message: str) -> list[str]:
    """Returns at least the subject, without comments and surrounding blank lines."""
    kept = SCISSORS.sub("", message).splitlines()
    text = "\n".join(line.rstrip() for line in kept if not line.startswith("#"))
    return text.strip("\n").split("\n")


def main() -> int:
    found = list(problems(Path(sys.argv[1]).read_text(encoding="utf-8")))
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
