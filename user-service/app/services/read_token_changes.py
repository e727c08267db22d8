"""Reports the sessions whose tokens have changed, so that caches stay true."""

from app.repositories.token_changes import TokenChanges, find_token_changes
from chassis import Database


class ReadTokenChanges:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, since: int | None) -> TokenChanges:
        async with self._database.reading() as connection:
            return await find_token_changes(connection, since)
