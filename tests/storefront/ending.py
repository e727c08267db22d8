"""The end of a user's sessions, as from another browser."""

from chassis.testing import eventually
from tests.storefront.visitor import Visitor
from tools.client.shop import Shop


async def end_sessions(visitor: Visitor, shop: Shop, name: str) -> None:
    """Ends all sessions of the user, and waits until the visitor's token is refused.

    Each service may still accept it for a second, and remembers each token by itself.
    """
    person = await shop.sign_in(name)

    async def is_refused() -> bool:
        answers = [
            await shop.orders.get("/orders", headers=visitor.headers),
            await shop.products.get("/products?owner=me", headers=visitor.headers),
        ]
        return all(answer.status_code == 401 for answer in answers)

    assert not await is_refused()
    users = shop.services.users.signed_in(person.token)
    sessions = (await users.list_own_sessions(limit=100)).expect(200)
    for each in sorted(sessions, key=lambda each: each["is_current"]):
        (await users.end_own_session(each["sid"])).expect(204)
    await eventually(is_refused)
