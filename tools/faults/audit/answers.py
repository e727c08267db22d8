"""Checks that the clients got answers that fit their requests."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tools.faults.audit.check import Check, check
from tools.faults.client_log import NO_ANSWER, TRY_AGAIN, ClientLog, Wish


def audit_answers(log: ClientLog) -> list[Check]:
    kinds: dict[str, tuple[Iterable[Wish], tuple[int, ...]]] = {
        "orders": (log.purchases, (201, 202, 409)),
        "changes of status": (log.moves, (200, 204, 409)),
        "changes of stock": (log.stock_changes, (200, 409)),
        "registrations": (log.registrations, (201, 400)),
    }
    return [
        check(
            f"{kind}: each attempt got an expected status, 502 to 504 or no response",
            sum(len(wish.answers) for wish in wishes),
            _unfit(wishes, fit),
            (_name(answer.status) for wish in wishes for answer in wish.answers),
        )
        for kind, (wishes, fit) in kinds.items()
    ]


def _unfit(wishes: Iterable[Wish], fit: tuple[int, ...]) -> Iterator[str]:
    for wish in wishes:
        unfit = Counter(
            f"{answer.status} {answer.code}"
            for answer in wish.answers
            if answer.status not in (*fit, *TRY_AGAIN)
        )
        for answer, times in unfit.items():
            yield f"{answer}, {times} times, for {wish}"


def _name(status: int) -> str:
    return "none" if status == NO_ANSWER else str(status)
