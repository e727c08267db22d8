"""Signs that mean something to a database mean themselves to who searches."""

import pytest

from tests.api.operations import Operation
from tests.api.request_sender import Known, RequestSender
from tests.api.through_gateway import cases
from tools.client.shop import PASSWORD, Shop

SEARCHES = cases(lambda operation: "q" in {each.name for each in operation.parameters})
NAME = r"100%_wool\scarf"


@pytest.fixture(scope="module", autouse=True)
async def scarf(shop: Shop, known: Known) -> None:
    """A product and a user of this name, among others."""
    offer = {"name": NAME, "price": "9.99"}
    account = {"username": "scarf", "password": PASSWORD, "full_name": NAME}
    headers = known.admin.headers
    made = await shop.products.post("/products", json=offer, headers=headers)
    assert made.status_code == 201, made.text
    made = await shop.users.post("/users", json=account, headers=headers)
    assert made.status_code == 201, made.text


def names(found: list[dict[str, str]]) -> list[str]:
    return [one.get("name") or one.get("full_name") or "" for one in found]


@pytest.mark.parametrize("operation", SEARCHES)
@pytest.mark.parametrize("sign", ["%25", "_", "%5C", "%25_", "%27", "*", "(", ":*"])
async def test_special_character_finds_only_its_products(
    send: RequestSender, operation: Operation, sign: str
) -> None:
    answer = await send(operation, query=f"q={sign}")

    assert answer.status_code == 200
    assert "Brass lamp" not in names(answer.json())
    assert "Ada Lovelace" not in names(answer.json())


@pytest.mark.parametrize("operation", SEARCHES)
async def test_product_with_special_characters_is_found(
    send: RequestSender, operation: Operation
) -> None:
    answer = await send(operation, query="q=100%25_wool%5Cscarf")

    assert NAME in names(answer.json())
