from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.main import create_app
from app.models.notification import Status
from app.repositories.notifications import Notifications
from chassis import Database, Queue
from chassis.testing import FakeTokenValidator, as_user, started
from tests.factories.notifications import NOON, a_notification
from tests.factories.settings import some_settings

ADA, BOB = as_user(3), as_user(4)
ADMIN = as_user(1, "admin")


@pytest_asyncio.fixture(scope="module")
async def service(
    database_url: str, broker_url: str, queue: Queue
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(some_settings(database_url, broker_url))
    async with started(app, token_validator=FakeTokenValidator()) as client:
        yield client


@pytest.fixture
def client(service: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    """A client of a service without any notifications."""
    return service


async def store(database: Database, **values: Any) -> None:
    async with database.transaction() as session:
        session.add(a_notification(**values))


async def listed(
    client: httpx.AsyncClient, headers: dict[str, str], **params: Any
) -> list[int]:
    answer = await client.get("/notifications", params=params, headers=headers)
    assert answer.status_code == 200
    return [notification["id"] for notification in answer.json()]


async def test_notification_shows_text_recipient_and_time(
    client: httpx.AsyncClient, database: Database
) -> None:
    notification = a_notification(status=Status.SENT, attempts=1, sent_at=NOON)
    async with database.transaction() as session:
        session.add(notification)
    answer = await client.get("/notifications/1", headers=ADA)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": 1,
        "event_id": str(notification.event_id),
        "event_type": "order.created",
        "user_id": 3,
        "order_id": 17,
        "channel": "email",
        "recipient": "ada@example.com",
        "subject": "Your order ORD-20260131-000017 is confirmed",
        "body": "Hello Ada",
        "status": "sent",
        "attempts": 1,
        "error": None,
        "created_at": "2026-01-31T12:00:00Z",
        "sent_at": "2026-01-31T12:00:00Z",
    }


@pytest.mark.parametrize("path", ["/notifications/1", "/notifications/99"])
async def test_notification_of_another_user_is_not_found(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    await store(database, user_id=3)
    answer = await client.get(path, headers=BOB)
    assert answer.status_code == 404
    assert answer.json()["code"] == "notification_not_found"
    assert answer.json()["detail"] == f"there is no notification {path[15:]}"


async def test_administrator_reads_notification_of_any_user(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database, user_id=3)
    answer = await client.get("/notifications/1", headers=ADMIN)
    assert answer.status_code == 200


async def test_customers_list_their_own_newest_first(
    client: httpx.AsyncClient, database: Database
) -> None:
    for user_id in (3, 4, 3):
        await store(database, user_id=user_id)
    assert await listed(client, ADA) == [3, 1]


async def test_administrators_list_all(
    client: httpx.AsyncClient, database: Database
) -> None:
    for user_id in (3, 4):
        await store(database, user_id=user_id)
    assert await listed(client, ADMIN) == [2, 1]


async def test_administrator_lists_those_of_one_user(
    client: httpx.AsyncClient, database: Database
) -> None:
    for user_id in (3, 4):
        await store(database, user_id=user_id)
    assert await listed(client, ADMIN, user_id=3) == [1]


async def test_customer_names_only_own_account(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database, user_id=3)
    assert await listed(client, ADA, user_id=3) == [1]
    answer = await client.get("/notifications?user_id=4", headers=ADA)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")


async def test_list_is_filtered_by_status_and_order(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database, order_id=17, status=Status.FAILED)
    await store(database, order_id=17)
    await store(database, order_id=18)
    assert await listed(client, ADA, status="failed") == [1]
    assert await listed(client, ADA, order_id=17) == [2, 1]
    assert await listed(client, ADA, order_id=17, status="pending") == [2]


async def test_link_leads_to_next_page(
    client: httpx.AsyncClient, database: Database
) -> None:
    for _ in range(3):
        await store(database, order_id=17)
    first = await client.get(
        "/notifications", params={"limit": 2, "order_id": 17}, headers=ADA
    )
    assert first.headers["X-Total-Count"] == "3"
    second = await client.get(first.links["next"]["url"], headers=ADA)
    assert [notification["id"] for notification in second.json()] == [1]
    assert "next" not in second.links


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "order_id=0",
        f"order_id={2**63}",
        "limit=0",
        "cursor=!",
        "skip=-1",
    ],
)
async def test_invalid_query_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/notifications?{query}", headers=ADA)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/notifications", "/notifications/1"])
async def test_anonymous_client_cannot_read(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 401


async def test_service_has_no_notifications(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer service:order-service"}
    assert (await client.get("/notifications", headers=headers)).status_code == 403


async def test_administrator_resends_notification(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database, status=Status.FAILED, attempts=4, error="550 no such user")
    answer = await client.post("/notifications/1/resend", headers=ADMIN)
    assert answer.status_code == 202
    resent = answer.json()
    assert (resent["status"], resent["attempts"], resent["error"]) == (
        "pending",
        0,
        None,
    )
    assert (await client.get("/notifications/1", headers=ADA)).json() == resent


async def test_pending_notification_cannot_be_resent_over_http(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database)
    answer = await client.post("/notifications/1/resend", headers=ADMIN)
    assert answer.status_code == 409
    assert answer.json()["code"] == "notification_pending"


async def test_erased_notification_cannot_be_resent_over_http(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store(database)
    async with database.transaction() as session:
        await Notifications(session).forget_user(3)
    answer = await client.post("/notifications/1/resend", headers=ADMIN)
    assert answer.status_code == 409
    assert answer.json()["code"] == "notification_erased"


@pytest.mark.parametrize(
    ("notification_id", "headers", "status"),
    [
        ("1", ADA, 403),
        ("1", {"Authorization": "Bearer service:order-service"}, 403),
        ("1", {}, 401),
        ("99", ADMIN, 404),
        ("0", ADMIN, 422),
        (str(2**63), ADMIN, 422),
        ("stream", ADMIN, 422),
    ],
)
async def test_only_administrators_resend_existing_notifications(
    client: httpx.AsyncClient,
    database: Database,
    notification_id: str,
    headers: dict[str, str],
    status: int,
) -> None:
    await store(database, status=Status.FAILED)
    answer = await client.post(
        f"/notifications/{notification_id}/resend", headers=headers
    )
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "last_event_id", ["", "5", "-", "a-b", "1-2-3", f"{2**64}-1", "\u0661-\u0661"]
)
async def test_stream_refuses_malformed_last_event_id(
    client: httpx.AsyncClient, last_event_id: str
) -> None:
    headers = {"Last-Event-ID": last_event_id} | ADA
    answer = await client.get(
        "/notifications/stream", headers=httpx.Headers(headers, encoding="utf-8")
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


async def test_anonymous_client_cannot_open_stream(client: httpx.AsyncClient) -> None:
    assert (await client.get("/notifications/stream")).status_code == 401


async def test_health_probes_broker_and_user_service_only(
    client: httpx.AsyncClient,
) -> None:
    report = (await client.get("/health")).json()
    assert report["checks"].keys() == {"database", "broker", "user-service"}
    assert report["checks"]["broker"] == "up"


async def test_openapi_declares_errors_and_example(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    one = document["paths"]["/notifications/{notification_id}"]["get"]
    of_every_operation = {"414", "422", "503"}
    assert one["responses"].keys() == {"200", "401", "403", "404", *of_every_operation}
    resend = document["paths"]["/notifications/{notification_id}/resend"]["post"]
    assert resend["responses"]["409"]["description"] == (
        "notification_pending, notification_erased"
    )
    stream = document["paths"]["/notifications/stream"]["get"]
    assert stream["responses"].keys() == {"200", "401", "403", *of_every_operation}
    assert stream["responses"]["200"]["content"]["text/event-stream"]["example"]
    assert document["components"]["schemas"]["NotificationRead"]["examples"]
