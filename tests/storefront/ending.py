"""The end of a user's sessions, as from another browser."""

from chassis.testing import eventually
from tools.client.shop import Shop


async def end_sessions(shop: Shop, name: str) -> None:
    """Ends all sessions of the user, and waits until their tokens are refused."""
    person = await shop.sign_in(name)

    async def is_refused() -> bool:
        answer = await shop.orders.get("/orders", headers=person.headers)
        return answer.status_code == 401

    # From now on order-service remembers this token as valid, as it does the visitor's.
    assert not await is_refused()
    users = shop.services.users.signed_in(person.token)
    sessions = (await users.list_own_sessions(limit=100)).expect(200)
    for each in sorted(sessions, key=lambda each: each["is_current"]):
        (await users.end_own_session(each["sid"])).expect(204)
    await eventually(is_refused)
