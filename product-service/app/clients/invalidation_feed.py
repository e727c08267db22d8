"""Receives the invalidations of all processes."""

import asyncio
from typing import NoReturn

from app.clients.cache_scripts import CHANNEL
from app.clients.copies import CatalogueCopies
from chassis.redis_client import RedisLink

CONNECT_SECONDS = 5.0


class InvalidationFeed:
    """Drops the copies of responses that Redis reports as changed.

    It has a connection of its own. A message is lost only if the connection breaks,
    which drops all copies. A connection that is silent because Redis hangs is not
    noticed at once; until then the short life of the copies limits their age.
    """

    def __init__(self, link: RedisLink, copies: CatalogueCopies) -> None:
        self._link = link
        self._copies = copies

    async def follow(self) -> NoReturn:
        """Receives invalidations until the connection breaks.

        Raises:
            RedisError, OSError, TimeoutError: copies are not kept until the next call.
        """
        connection = self._link.new_connection()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()  # type: ignore[no-untyped-call]
                await connection.send_command("SUBSCRIBE", CHANNEL)
                await connection.read_response()
            self._copies.follow()
            while True:
                _, _, key = await connection.read_response()
                self._copies.drop(key)
        finally:
            self._copies.unfollow()
            await connection.disconnect(nowait=True)
