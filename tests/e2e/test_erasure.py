"""The products of a seller after the erasure of the account."""

from tools.client.shop import Shop


async def test_products_of_erased_seller_stay_without_personal_data(shop: Shop) -> None:
    seller, ada = await shop.register(), await shop.register()
    admin = (await shop.administrator()).headers
    lamp = await shop.sell(seller, quantity=5)
    erasure = await shop.users.delete("/me", headers=seller.headers)
    assert erasure.status_code == 204, erasure.text

    product = (await shop.products.get(f"/products/{lamp}")).json()
    assert product["owner_id"] == seller.user_id
    assert seller.username not in str(product)
    owner = await shop.users.get(f"/users/{seller.user_id}", headers=admin)
    assert owner.json()["username"] == f"erased-{seller.user_id}"
    assert owner.json()["email"] is None

    assert (await shop.order(ada, lamp)).status_code == 201
    withdrawal = await shop.products.delete(f"/products/{lamp}", headers=admin)
    assert withdrawal.status_code == 204, withdrawal.text
