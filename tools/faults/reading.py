"""Reads what is stored of one run alone: databases, mails, dead letters."""

import asyncio
import email.parser
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import aio_pika
import psycopg
from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelNotFoundEntity
from psycopg.rows import DictRow, dict_row

from tools.faults import queries
from tools.faults.client_log import ClientLog
from tools.faults.snapshot import (
    Change,
    Entry,
    Event,
    Notification,
    Order,
    Product,
    Reservation,
    Stored,
)
from tools.local.lifecycle import Platform

DEAD_LETTER_QUEUES = ("order_notifications.dlq", "order_user_events.dlq")
NOTIFIED = (
    "order.created",
    "order.cancelled",
    "order.rejected",
    "order.status_changed",
    "user.registered",
    "inventory.low",
)
EVENT_ID = re.compile(r"<([0-9a-f-]{36})")

Row = Mapping[str, Any]


class Reader:
    """Reads a run's rows again and again, until the platform is at rest."""

    def __init__(self, platform: Platform, log: ClientLog) -> None:
        self._platform = platform
        self._log = log

    async def read(self) -> Stored:
        """Reads everything except mails and dead letters, which change no data."""
        users, registered = await self._users()
        orders, moved = await self._orders()
        people = sorted(users.values())
        ran_low, products, reservations = await self._products(orders)
        rows = await self._ask(
            "notification-service", queries.NOTIFICATIONS, people=people
        )
        return Stored(
            orders=orders,
            reservations=reservations,
            products=products,
            users=users,
            events=(*registered, *moved, *ran_low),
            notifications=tuple(Notification(**row) for row in rows),
        )

    async def _users(self) -> tuple[dict[str, int], list[Event]]:
        names = [registration.username for registration in self._log.registrations]
        people = sorted(self._log.people)
        rows = await self._ask(
            "user-service", queries.USERS, people=people, names=names
        )
        users = {row["username"]: row["id"] for row in rows}
        return users, await self._events("user-service", "users", users.values())

    async def _orders(self) -> tuple[dict[int, Order], list[Event]]:
        people = sorted(self._log.people)
        rows = await self._ask("order-service", queries.ORDERS, people=people)
        orders = {row["id"]: _order(row) for row in rows}
        return orders, await self._events("order-service", "orders", orders)

    async def _products(
        self, orders: Mapping[int, Order]
    ) -> tuple[list[Event], dict[int, Product], dict[int, Reservation]]:
        service, products = "product-service", sorted(self._log.initial)
        ledger = [
            Entry(**row)
            for row in await self._ask(service, queries.LEDGER, products=products)
        ]
        rows = await self._ask(service, queries.PRODUCTS, products=products)
        found = {
            row["id"]: Product(
                **row, ledger=tuple(e for e in ledger if e.product_id == row["id"])
            )
            for row in rows
        }
        rows = await self._ask(
            service, queries.RESERVATIONS, products=products, orders=sorted(orders)
        )
        reservations = {row["order_id"]: _reservation(row) for row in rows}
        return await self._events(service, "products", found), found, reservations

    async def _events(self, service: str, kind: str, ids: Iterable[int]) -> list[Event]:
        rows = await self._ask(
            service,
            queries.EVENTS,
            since=self._log.since,
            subjects=[f"{kind}/{each}" for each in ids],
            types=list(NOTIFIED),
        )
        return [Event(**row) for row in rows]

    async def _ask(
        self, service: str, query: LiteralString, **values: Any
    ) -> list[DictRow]:
        url = self._platform.environment(service)["DATABASE_URL"]
        async with await psycopg.AsyncConnection.connect(
            url.replace("postgresql+psycopg", "postgresql"),
            row_factory=dict_row,
            autocommit=True,
        ) as connection:
            return await (await connection.execute(query, values)).fetchall()


async def count_dead_letters(platform: Platform) -> int:
    """Counts the dead letters of all runs so far."""
    url = platform.environment("notification-service")["RABBITMQ_URL"]
    async with await aio_pika.connect(url) as connection:
        return sum([await _count(connection, q) for q in DEAD_LETTER_QUEUES])


async def _count(connection: AbstractConnection, queue_name: str) -> int:
    channel = await connection.channel()
    try:
        queue = await channel.declare_queue(queue_name, passive=True)
    except ChannelNotFoundEntity:
        return 0  # its consumer has just started, and will declare it
    return queue.declaration_result.message_count or 0


async def with_mails(platform: Platform, log: ClientLog, stored: Stored) -> Stored:
    mails = await asyncio.to_thread(_mails, platform.mail_dir, log.since)
    return replace(stored, mails=mails)


def _mails(directory: Path, since: float) -> Counter[str]:
    """Counts the mails of each event, whose id is in their Message-ID."""
    first = datetime.fromtimestamp(since, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    parser = email.parser.BytesHeaderParser()
    found: Counter[str] = Counter()
    for path in directory.glob("*.eml"):
        if path.name >= first:
            with path.open("rb") as file:
                message_id = EVENT_ID.search(str(parser.parse(file)["Message-ID"]))
            if message_id is not None:
                found[message_id[1]] += 1
    return found


def _order(row: Row) -> Order:
    history = tuple(Change(status, at) for status, at in row["history"])
    return Order(**{**row, "items": _quantities(row["items"]), "history": history})


def _reservation(row: Row) -> Reservation:
    return Reservation(**{**row, "items": _quantities(row["items"])})


def _quantities(items: Mapping[str, int]) -> dict[int, int]:
    return {int(product_id): quantity for product_id, quantity in items.items()}
