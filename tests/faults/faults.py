"""The faults: the part, its state, and the services that it affects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.faults.states import (
    State,
    hung,
    stopped,
    well,
    with_locked_tables,
    without_database,
)
from tools.local.ports import GATEWAY, SERVICE_PORTS

SERVICES = tuple(SERVICE_PORTS)


@dataclass(frozen=True)
class Fault:
    """
    Attributes:
        asked: the services whose endpoints are worth asking.
        down: what the health of each service that notices says is down.
        no_data: the services whose database gives nothing.
        ordering: how an order is answered that gets as far as product-service.
    """

    name: str
    state: State
    asked: tuple[str, ...]
    down: Mapping[str, str] = field(default_factory=dict)
    no_data: tuple[str, ...] = ()
    ordering: str = "201"

    def __str__(self) -> str:
        return f"{self.name}-{self.state.__name__.replace('_', '-')}"

    @property
    def survivors(self) -> tuple[str, ...]:
        """The services that run and answer."""
        if self.state not in (stopped, hung):
            return SERVICES
        return tuple(service for service in SERVICES if service != self.name)

    @property
    def health(self) -> dict[str, tuple[str, ...]]:
        """The status of each survivor, and what it says is down."""
        return {service: self._health(service) for service in self.survivors}

    def _health(self, service: str) -> tuple[str, ...]:
        match self.down.get(service):
            case None:
                return ("healthy",)
            case "database":
                return ("unhealthy", "database")
            case check:
                return ("degraded", check)

    @property
    def hides_services(self) -> bool:
        """Returns whether service tokens cannot be issued; they need no database."""
        return USER not in self.survivors

    @property
    def hides_users(self) -> bool:
        return self.hides_services or USER in self.no_data


def _each(services: tuple[str, ...], check: str) -> dict[str, str]:
    return dict.fromkeys(services, check)


def _database(
    service: str, state: State, asked: tuple[str, ...], ordering: str = "201"
) -> Fault:
    # Health asks whether the database answers at all, not whether it is of any use.
    down = {service: "database"} if state is without_database else {}
    return Fault(service, state, asked, down, (service,), ordering)


USER, PRODUCT, ORDER, NOTIFICATION = SERVICES
OTHERS = SERVICES[1:]
NO_ORDERS = "503 ordering_unavailable"

ALL_WELL = Fault("all", well, SERVICES)
STORES_AND_MAIL = tuple(
    fault
    for state in (stopped, hung)
    for fault in (
        Fault("postgres", state, SERVICES, _each(SERVICES, "database"), SERVICES),
        Fault("redis", state, (PRODUCT, ORDER), {PRODUCT: "redis"}),
        Fault("rabbitmq", state, SERVICES, _each(SERVICES, "broker")),
        Fault("mail", state, (ORDER, NOTIFICATION)),
    )
)
PEERS = (
    Fault(USER, stopped, OTHERS, _each(OTHERS, USER)),
    Fault(USER, hung, OTHERS, _each(OTHERS, USER)),
    Fault(PRODUCT, stopped, (ORDER,), {ORDER: PRODUCT}, ordering=NO_ORDERS),
    # A request without a response may have been processed: hence 202.
    Fault(PRODUCT, hung, (ORDER,), {ORDER: PRODUCT}, ordering="202"),
)
DATABASES = (
    _database(USER, without_database, SERVICES),
    _database(PRODUCT, without_database, (PRODUCT, ORDER), ordering=NO_ORDERS),
    _database(ORDER, without_database, (ORDER,)),
    _database(NOTIFICATION, without_database, (ORDER, NOTIFICATION)),
    _database(USER, with_locked_tables, SERVICES),
    # No orders: whether product-service gives up first decides between 202 and 503.
    _database(PRODUCT, with_locked_tables, (PRODUCT,)),
    _database(ORDER, with_locked_tables, (ORDER,)),
    _database(NOTIFICATION, with_locked_tables, (ORDER, NOTIFICATION)),
)
# No service calls the gateway; its clients get no response.
AT_THE_GATEWAY = (Fault(GATEWAY, stopped, ()), Fault(GATEWAY, hung, ()))
FAULTS = (ALL_WELL, *STORES_AND_MAIL, *PEERS)
RARER = DATABASES
