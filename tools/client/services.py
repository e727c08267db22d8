"""The four services, each with its client."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpx

from tools.client.gateway import send_to_gateway
from tools.client.generated.notification_service import NotificationService
from tools.client.generated.order_service import OrderService
from tools.client.generated.product_service import ProductService
from tools.client.generated.user_service import UserService
from tools.client.service import ServiceClient
from tools.local.ports import GATEWAY

LIMITS = httpx.Limits(max_connections=300)


@cache
def _trusted_certificates() -> ssl.SSLContext:
    # Reading them takes 25 ms, which four clients of each test need not pay.
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class Services:
    users: UserService
    products: ProductService
    orders: OrderService
    notifications: NotificationService

    def signed_in(self, token: str) -> "Services":
        """Returns clients that send this access token with each request."""
        return Services(
            self.users.signed_in(token),
            self.products.signed_in(token),
            self.orders.signed_in(token),
            self.notifications.signed_in(token),
        )

    def limited_to(self, seconds: float) -> "Services":
        return Services(
            self.users.limited_to(seconds),
            self.products.limited_to(seconds),
            self.orders.limited_to(seconds),
            self.notifications.limited_to(seconds),
        )

    def all(self) -> tuple[ServiceClient, ...]:
        return (self.users, self.products, self.orders, self.notifications)


@asynccontextmanager
async def connected(
    url_of: Callable[[str], str], seconds: float = 15, *, through_gateway: bool = False
) -> AsyncIterator[Services]:
    """
    Args:
        url_of: returns the URL of a service, by its name.
        seconds: time limit of each step of a request.
        through_gateway: whether the gateway passes all requests on.
    """
    hooks = [send_to_gateway] if through_gateway else []
    async with AsyncExitStack() as stack:

        async def http(service: str) -> httpx.AsyncClient:
            url = url_of(GATEWAY if through_gateway else service)
            client = httpx.AsyncClient(
                verify=_trusted_certificates(),
                base_url=url,
                limits=LIMITS,
                timeout=seconds,
                event_hooks={"request": hooks},
            )
            return await stack.enter_async_context(client)

        yield Services(
            UserService(await http("user-service")),
            ProductService(await http("product-service")),
            OrderService(await http("order-service")),
            NotificationService(await http("notification-service")),
        )
