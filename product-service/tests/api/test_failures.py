"""Responses while a dependency is down."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text

from chassis import Database
from tests.factories import AS_OWNER


@pytest.fixture
async def failing_commit(
    database: Database, request: pytest.FixtureRequest
) -> AsyncIterator[None]:
    """A deferred trigger: every statement succeeds, and then the commit does not."""
    async with database.transaction() as session:
        await session.execute(
            text(
                "CREATE FUNCTION lose_connection() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RAISE 'gone' USING ERRCODE = 'admin_shutdown'; END $$"
            )
        )
        await session.execute(
            text(
                f"CREATE CONSTRAINT TRIGGER fails_at_commit AFTER {request.param} "
                "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose_connection()"
            )
        )
    yield
    async with database.transaction() as session:
        await session.execute(text("DROP FUNCTION lose_connection CASCADE"))


# A key stores its response after the product, in the same transaction.
@pytest.mark.parametrize(
    ("failing_commit", "headers"),
    [
        ("INSERT ON products", {}),
        ("UPDATE ON idempotency_keys", {"Idempotency-Key": "k"}),
    ],
    indirect=["failing_commit"],
    ids=["product", "key"],
)
@pytest.mark.usefixtures("failing_commit")
async def test_failed_commit_is_not_201(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post(
        "/products",
        json={"name": "Lamp", "price": "9.99"},
        headers={**AS_OWNER, **headers},
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert (await client.get("/products")).json() == []


async def test_service_without_user_service_is_degraded(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"] == {
        "database": "up",
        "broker": "up",
        "redis": "up",
        "user-service": "down",
    }
