"""Decides whether a request is within its limit."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from app.limits.counters import Counters
from app.limits.policy import Policy

# The oldest are forgotten first. That costs them the portion that was taken for them.
MOST_CALLERS = 20_000


@dataclass(frozen=True)
class Standing:
    """Whether a request is within the limit of its caller, and how many are left.

    Attributes:
        seconds: until more is available if the request is refused, else until the count
            begins anew.
    """

    is_admitted: bool
    remaining: int
    seconds: int


@dataclass
class _Account:
    """The portion of one caller that is not used up.

    Attributes:
        until: when the portion expires, or the refusal ends.
    """

    left: int = 0
    remaining: int = 0
    is_refused: bool = False
    renewed_at: float = 0.0
    until: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def needs_portion(self, now: float) -> bool:
        return now >= self.until or not (self.left or self.is_refused)

    def use(self, now: float) -> Standing:
        if self.is_refused:
            return Standing(False, 0, max(1, ceil(self.until - now)))
        self.left -= 1
        rest = max(1, ceil(self.renewed_at - now))
        return Standing(True, self.remaining + self.left, rest)


class Limiter:
    """Counts requests by class and caller.

    Args:
        clock: seconds.
    """

    def __init__(
        self, counters: Counters, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._counters = counters
        self._clock = clock
        self._accounts: dict[tuple[str, str], _Account] = {}

    async def admit(self, policy: Policy, caller: str) -> Standing:
        account = self._account(policy, caller)
        while account.needs_portion(self._clock()):
            # One request at a time takes a portion, and others use it.
            async with account.turn:
                if account.needs_portion(self._clock()):
                    await self._renew(account, policy, caller)
        return account.use(self._clock())

    def _account(self, policy: Policy, caller: str) -> _Account:
        key = policy.name, caller
        account = self._accounts.get(key)
        if account is None:
            if len(self._accounts) >= MOST_CALLERS:
                del self._accounts[next(iter(self._accounts))]
            account = self._accounts[key] = _Account()
        return account

    async def _renew(self, account: _Account, policy: Policy, caller: str) -> None:
        portion = await self._counters.take(policy.item, policy.name, caller)
        now = self._clock()
        account.left, account.remaining = portion.taken, portion.remaining
        account.is_refused = portion.taken == 0
        account.renewed_at = now + portion.seconds
        # A portion that is kept for longer would count twice in a new window.
        account.until = now + max(1.0, portion.seconds)
