"""The session of a transaction of one statement."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession


class StatementSession(AsyncSession):
    """Executes statements of Core on a connection that commits each by itself.

    A session prepares for objects that may follow. To begin, to commit and to close it
    costs as much as a statement, also if no object follows. Here, the session only
    keeps what follows the commit (`after_commit`).
    """

    def __init__(self, connection: AsyncConnection, **settings: Any) -> None:
        super().__init__(**settings)
        self._connection = connection

    async def execute(self, statement: Any, params: Any = None, **_: Any) -> Any:
        return await self._connection.execute(statement, params)
