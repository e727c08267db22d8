"""The transaction of a request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from chassis._resources import DatabaseResources, resources_of


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database = resources_of(request.app, DatabaseResources).database
    async with database.transaction() as session:
        yield session


# scope="function" commits before the response, so that a failed commit can still be
# reported. With the default scope the client would have its 201 by then.
SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]
