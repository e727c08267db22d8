"""A call of each operation of product-service."""

import random
import uuid

from tests.faults.call import Calls, call
from tests.faults.scene import Scene
from tools.client.generated.product_service import (
    ProductService,
    ReservationCreate,
    StockChange,
)
from tools.client.shop import Shop


async def calls_of_product_service(shop: Shop, scene: Scene) -> Calls:
    anonymous = shop.services.products
    ada, chair = anonymous.signed_in(scene.ada.token), scene.chair
    # No earlier call has had these results, so the cache does not have them.
    unheard = uuid.uuid4().hex
    change: StockChange = {"quantity": 1, "reason": "count of January"}
    return {
        "GET /products": call(anonymous.list_products, q=unheard),
        "GET /products/search": call(anonymous.search_products, q=unheard),
        "POST /products": call(ada.create_product, {"name": "Desk", "price": "99.00"}),
        "GET /products/{product_id}": call(anonymous.read_product, chair),
        "PUT /products/{product_id}": call(
            ada.change_product_put, chair, {"name": "Oak chair"}
        ),
        "PATCH /products/{product_id}": call(
            ada.change_product, chair, {"price": "59.00"}
        ),
        "DELETE /products/{product_id}": call(ada.delete_product, scene.stool),
        # Only imported products have no stock record yet.
        "POST /inventory": call(
            ada.create_inventory, {"product_id": chair, "quantity": 1}
        ).ending("409 stock_record_exists"),
        "GET /inventory/{product_id}": call(anonymous.read_inventory, chair),
        "PATCH /inventory/{product_id}": call(
            ada.adjust_inventory, chair, {"low_stock_threshold": 3}
        ),
        "PATCH /inventory/{product_id}/reduce": call(ada.reduce_product, chair, change),
        "PATCH /inventory/{product_id}/restock": call(
            ada.restock_product, chair, change
        ),
        "GET /inventory/{product_id}/transactions": call(ada.list_transactions, chair),
        **await _of_reservations(shop, chair),
    }


async def _of_reservations(shop: Shop, product_id: int) -> Calls:
    items: ReservationCreate = {"items": [{"product_id": product_id, "quantity": 1}]}
    # Ids that no order has or will have.
    first = random.getrandbits(61) + 2**61
    new, held, sold, freed = (first + n for n in range(4))
    for order_id in (held, sold, freed):
        (await (await _by_service(shop)).reserve(order_id, items)).expect(200)
    products = await _by_service(shop)
    path = "/reservations/{order_id}"
    return {
        f"PUT {path}": call(products.reserve, new, items),
        f"GET {path}": call(products.read_reservation, held),
        f"POST {path}/commit": call(products.commit, sold),
        f"POST {path}/release": call(products.release, freed),
    }


async def _by_service(shop: Shop) -> ProductService:
    """Returns a client with a new token of order-service."""
    headers = await shop.as_service("order-service")
    return shop.services.products.with_headers(headers)
