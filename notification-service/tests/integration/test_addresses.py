"""Asking user-service for addresses: claim, ask, record."""

from datetime import datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.clients.users import UsersClient
from app.models import Notification
from app.models.notification import ChannelKind
from app.repositories.notifications import Notifications
from app.services.find_addresses import LEASE, FindAddresses
from chassis import Database, PeerFailed, ServiceTokens
from chassis.testing import a_peer
from tests.factories.notifications import NOON, a_notification
from tests.fake_user_service import FakeUserService


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def users_client(app: httpx.AsyncBaseTransport) -> UsersClient:
    peer = a_peer(app)
    tokens = ServiceTokens(peer, "notification-service", SecretStr("secret"))
    return UsersClient(peer, tokens)


@pytest.fixture
def users(user_service: FakeUserService) -> UsersClient:
    return users_client(httpx.ASGITransport(user_service.app))


async def store_unaddressed(database: Database, user_id: int = 3) -> None:
    async with database.transaction() as session:
        session.add(
            a_notification(
                user_id=user_id,
                channel=ChannelKind.PUSH,
                recipient=f"user:{user_id}",
                address_wanted=True,
            )
        )


async def the_only_one(database: Database) -> Notification:
    async with database.transaction() as session:
        return (await session.scalars(select(Notification))).one()


async def test_mail_goes_to_found_address(
    database: Database, users: UsersClient, user_service: FakeUserService
) -> None:
    user_service.emails[3] = "ada@example.com"
    await store_unaddressed(database)
    assert await FindAddresses(database, users, lambda: NOON).find_batch() == 1
    notification = await the_only_one(database)
    assert (notification.channel, notification.recipient) == (
        ChannelKind.EMAIL,
        "ada@example.com",
    )
    assert not notification.address_wanted
    assert notification.attempts == 0


async def test_notification_waits_while_user_service_is_down(
    database: Database, users: UsersClient, user_service: FakeUserService
) -> None:
    clock = Clock()
    user_service.is_down = True
    find = FindAddresses(database, users, clock)
    await store_unaddressed(database)
    await find.find_batch()
    assert (await the_only_one(database)).address_wanted
    assert await find.find_batch() == 0

    user_service.is_down = False
    clock.now += timedelta(seconds=5)
    assert await find.find_batch() == 1
    assert not (await the_only_one(database)).address_wanted


async def test_address_lookup_is_repeated_after_crash(
    database: Database, users: UsersClient
) -> None:
    clock = Clock()
    await store_unaddressed(database)
    async with database.transaction() as session:
        (await session.scalars(select(Notification))).one().lease(NOON + LEASE)
    find = FindAddresses(database, users, clock)
    assert await find.find_batch() == 0
    clock.now += LEASE
    assert await find.find_batch() == 1


async def test_erased_notification_gets_no_address(
    database: Database,
) -> None:
    class ErasingUsers(UsersClient):
        async def find_email(self, user_id: int) -> str | None:
            async with database.transaction() as session:
                await Notifications(session).forget_user(user_id)
            return "ada@example.com"

    await store_unaddressed(database)
    erasing = ErasingUsers.__new__(ErasingUsers)
    await FindAddresses(database, erasing, lambda: NOON).find_batch()
    assert (await the_only_one(database)).recipient == ""


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(429),
        httpx.Response(200, text="no JSON: ada@example.com"),
        httpx.Response(200, json=["ada@example.com"]),
        httpx.Response(200, json={"email": 5}),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.text}",
)
async def test_malformed_response_counts_as_outage(
    answer: httpx.Response,
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            granted = {"access_token": "granted", "expires_in": 900}
            return httpx.Response(200, json=granted)
        return answer

    with pytest.raises(PeerFailed) as failure:
        await users_client(httpx.MockTransport(respond)).find_email(3)
    assert "ada" not in failure.value.detail
