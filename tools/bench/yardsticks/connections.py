"""A few connections to the database of YARDSTICK_DATABASE_URL, shared by requests."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from fastapi import FastAPI

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

SIZE = 8

idle: asyncio.Queue[Connection] = asyncio.Queue()


@asynccontextmanager
async def connected(_: FastAPI) -> AsyncIterator[None]:
    for _number in range(SIZE):
        url = os.environ["YARDSTICK_DATABASE_URL"]
        idle.put_nowait(await psycopg.AsyncConnection.connect(url, autocommit=True))
    yield
    while not idle.empty():
        await idle.get_nowait().close()


@asynccontextmanager
async def connection() -> AsyncIterator[Connection]:
    taken = await idle.get()
    try:
        yield taken
    finally:
        idle.put_nowait(taken)
