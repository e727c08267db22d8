"""ETags: an up-to-date client gets 304, and an outdated one cannot change anything."""

import httpx
import pytest

from tests.factories import AS_OWNER, AS_STRANGER, counts, offer, reserve

CHANGE = {"name": "Lantern"}


async def etag(client: httpx.AsyncClient, path: str) -> str:
    return (await client.get(path)).headers["ETag"]


async def test_etag_changes_with_edits_and_stock(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client)
    path = f"/products/{product_id}"
    tags = [await etag(client, path), await etag(client, path)]
    await client.patch(path, json=CHANGE, headers=AS_OWNER)
    tags.append(await etag(client, path))
    await reserve(client, 17, {product_id: 1})
    tags.append(await etag(client, path))
    assert len(set(tags)) == 3
    assert tags[0] == tags[1]
    assert all(tag.startswith('"') for tag in tags)


async def test_write_returns_etag(client: httpx.AsyncClient) -> None:
    body = {"name": "Lamp", "price": "19.99"}
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    path = answer.headers["Location"]
    assert answer.headers["ETag"] == await etag(client, path)
    for change in (CHANGE, {"quantity": 7}):
        headers = {**AS_OWNER, "If-Match": answer.headers["ETag"]}
        answer = await client.patch(path, json=change, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["ETag"] == await etag(client, path)


@pytest.mark.parametrize(
    "known", ["{}", "W/{}", '"other", {}', '"other", W/{} , "more"', "*"]
)
async def test_present_etag_returns_no_body(
    client: httpx.AsyncClient, known: str
) -> None:
    path = f"/products/{await offer(client)}"
    tag = await etag(client, path)
    answer = await client.get(path, headers={"If-None-Match": known.format(tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag


@pytest.mark.parametrize("known", ['"other"', "", "nonsense", '"1.1', "W/"])
async def test_other_etag_returns_body(client: httpx.AsyncClient, known: str) -> None:
    path = f"/products/{await offer(client)}"
    answer = await client.get(path, headers={"If-None-Match": known})
    assert answer.status_code == 200


async def test_missing_product_is_404_instead_of_304(client: httpx.AsyncClient) -> None:
    answer = await client.get("/products/404", headers={"If-None-Match": "*"})
    assert answer.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_change_of_old_version_is_refused(
    client: httpx.AsyncClient, method: str
) -> None:
    path = f"/products/{await offer(client)}"
    old = await etag(client, path)
    await client.patch(path, json={"price": "5.00"}, headers=AS_OWNER)
    body = None if method == "DELETE" else CHANGE
    headers = {**AS_OWNER, "If-Match": old}
    answer = await client.request(method, path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (412, "product_changed")
    assert (await client.get(path)).json()["name"] == "Lamp"


@pytest.mark.parametrize("expected", ["{}", '"other", {}', "*"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_sale_does_not_refuse_change(
    client: httpx.AsyncClient, method: str, expected: str
) -> None:
    product_id = await offer(client)
    path = f"/products/{product_id}"
    headers = {**AS_OWNER, "If-Match": expected.format(await etag(client, path))}
    await reserve(client, 17, {product_id: 1})
    body = None if method == "DELETE" else CHANGE
    answer = await client.request(method, path, json=body, headers=headers)
    assert answer.status_code in (200, 204)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_quantity_counted_before_a_sale_is_refused(
    client: httpx.AsyncClient, method: str
) -> None:
    product_id = await offer(client, quantity=1)
    path = f"/products/{product_id}"
    headers = {**AS_OWNER, "If-Match": await etag(client, path)}
    await reserve(client, 17, {product_id: 1})
    form = {"name": "Lantern", "quantity": 1}
    answer = await client.request(method, path, json=form, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (412, "product_changed")
    assert await counts(client, product_id) == (1, 1)
    assert (await client.get(path)).json()["name"] == "Lamp"


@pytest.mark.parametrize("expected", ["{}", '"9.9" , {}', "*"])
async def test_quantity_counted_since_the_sale_is_set(
    client: httpx.AsyncClient, expected: str
) -> None:
    product_id = await offer(client, quantity=2)
    path = f"/products/{product_id}"
    await reserve(client, 17, {product_id: 1})
    headers = {**AS_OWNER, "If-Match": expected.format(await etag(client, path))}
    answer = await client.put(path, json={"quantity": 4}, headers=headers)
    assert (answer.status_code, answer.json()["quantity"]) == (200, 4)
    assert await counts(client, product_id) == (5, 1)


async def test_quantity_counted_before_a_restock_is_refused(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=1)
    path = f"/products/{product_id}"
    headers = {**AS_OWNER, "If-Match": await etag(client, path)}
    more = {"quantity": 5, "reason": "delivery"}
    await client.patch(f"/inventory/{product_id}/restock", json=more, headers=AS_OWNER)
    answer = await client.patch(path, json={"quantity": 0}, headers=headers)
    assert answer.status_code == 412
    assert await counts(client, product_id) == (6, 0)


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"name": "Lamp", "price": 9.99, "quantity": 10},
        {"description": None, "tags": None},
    ],
)
async def test_edit_that_changes_nothing_keeps_the_tag(
    client: httpx.AsyncClient, same: dict[str, object]
) -> None:
    path = f"/products/{await offer(client)}"
    before = await client.get(path)
    answer = await client.patch(path, json=same, headers=AS_OWNER)
    assert answer.headers["ETag"] == before.headers["ETag"]
    assert answer.json() == before.json()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "expected", ["W/{}", "garbage", "1.1", "", " , ", '"', '"1"', '"9.{}"']
)
async def test_condition_without_our_tag_matches_nothing(
    client: httpx.AsyncClient, expected: str, method: str
) -> None:
    product_id = await offer(client)
    path = f"/products/{product_id}"
    headers = {**AS_OWNER, "If-Match": expected.format(await etag(client, path))}
    body = None if method == "DELETE" else CHANGE
    answer = await client.request(method, path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (
        412,
        f"the condition names no version of product {product_id}; send its ETag as it"
        " was received, with its quotes",
    )
    assert (await client.get(path)).json()["name"] == "Lamp"


async def test_old_version_is_refused_as_changed(client: httpx.AsyncClient) -> None:
    product_id = await offer(client)
    headers = {**AS_OWNER, "If-Match": '"0.0"'}
    answer = await client.patch(f"/products/{product_id}", json=CHANGE, headers=headers)
    detail = f"product {product_id} has changed; read it again"
    assert (answer.status_code, answer.json()["detail"]) == (412, detail)


async def test_other_user_gets_403_before_412(
    client: httpx.AsyncClient,
) -> None:
    path = f"/products/{await offer(client)}"
    headers = {**AS_STRANGER, "If-Match": '"9.9"'}
    answer = await client.patch(path, json=CHANGE, headers=headers)
    assert answer.status_code == 403
