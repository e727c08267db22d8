"""Sends concurrent invalidations to Redis together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class _Batch:
    revisions: dict[int, int] = field(default_factory=dict)
    is_sent: bool = False


class SharedInvalidation:
    """Callers that arrive while one batch is being sent share the next one.

    The batch that is being sent does not serve them: Redis may have executed it before
    they changed something.

    Args:
        send: sends the newest revisions of products, by id, if there are any.
    """

    def __init__(self, send: Callable[[Mapping[int, int]], Awaitable[None]]) -> None:
        self._send = send
        self._next = _Batch()
        self._turn = asyncio.Lock()

    async def run(self, revisions: Mapping[int, int] | None = None) -> None:
        """Returns when the invalidation is sent; raises what `send` raises."""
        batch = self._next
        for product_id, revision in (revisions or {}).items():
            known = batch.revisions.get(product_id, 0)
            batch.revisions[product_id] = max(known, revision)
        async with self._turn:
            if batch.is_sent:
                return
            # Also if it fails or is cancelled, so that each of its callers tries.
            if self._next is batch:
                self._next = _Batch()
            await self._send(batch.revisions)
            batch.is_sent = True
