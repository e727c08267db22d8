"""Random and concurrent changes of an order have the results that its model allows."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import permutations

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm.exc import StaleDataError

from app.errors import InsufficientStock
from app.models import Order
from app.repositories.order_lists import OrderLists
from app.repositories.orders import Orders
from chassis import Conflict, Database, PageRequest
from tests.factories import a_message, an_order, as_stored, prices, stored
from tests.stateful.order_model import CHANGES, Change, OrderModel

ALL = PageRequest(skip=0, limit=100)
# The saga makes these without a lock, to an order that it has read before.
COMPARE_AND_SET = ("confirm", "reject", "promise")
VERBS = (*CHANGES, "settle stock", "retry stock")

LOCKED = st.builds(Change, st.sampled_from(VERBS))

APPLY: dict[str, Callable[[Order], None]] = {
    "reject": lambda order: order.reject(InsufficientStock("too few")),
    "promise": lambda order: order.promise(),
    "cancel": lambda order: order.cancel(by=7),
    "ship": lambda order: order.ship(by=1),
    "deliver": lambda order: order.deliver(by=1),
    "settle stock": lambda order: order.mark_stock_settled(),
    "retry stock": lambda order: order.schedule_stock_retry(max_delay=10),
}


class OrderMachine(RuleBasedStateMachine):
    def __init__(self, portal: BlockingPortal, database: Database) -> None:
        super().__init__()
        self._portal = portal
        self._database = database
        self._model = OrderModel()

    @initialize()
    def place(self) -> None:
        order = self._portal.call(stored, self._database, an_order())
        self._order_id = order.id
        self.read()

    @rule()
    def read(self) -> None:
        """Reads the order, for a later change without a lock."""
        self._order = self._portal.call(as_stored, self._database, self._order_id)
        self._read_before = deepcopy(self._model)

    @rule(change=LOCKED)
    def change_locked(self, change: Change) -> None:
        self._change_concurrently([change])

    @rule(verb=st.sampled_from(COMPARE_AND_SET))
    def change_unlocked(self, verb: str) -> None:
        self._change_concurrently([Change(verb, self._read_before)])

    @rule(
        verb=st.sampled_from(COMPARE_AND_SET),
        changes=st.lists(LOCKED, min_size=1, max_size=3),
    )
    def race(self, verb: str, changes: list[Change]) -> None:
        self._change_concurrently([Change(verb, self._read_before), *changes])

    def _change_concurrently(self, changes: Sequence[Change]) -> None:
        results, found = self._portal.call(self._apply_all, changes)
        is_allowed = any(
            outcome == (results, found) for outcome in _outcomes(self._model, changes)
        )
        assert is_allowed, (
            f"{self._model}\n{changes}\nreturned {results}\nand led to\n{found}"
        )
        self._model = found

    async def _apply_all(
        self, changes: Sequence[Change]
    ) -> tuple[list[str], OrderModel]:
        results = await asyncio.gather(*(self._apply(change) for change in changes))
        return results, await self._read_stored()

    async def _apply(self, change: Change) -> str:
        try:
            async with self._database.transaction() as session:
                orders = Orders(session)
                if change.read_before is None:
                    order = await orders.get(self._order_id, for_update=True)
                elif change.verb == "confirm":
                    order = self._order
                else:
                    order = await orders.get_unchanged(self._order)
                if change.verb == "confirm":
                    confirmed = order.confirmed(prices(order))
                    await orders.confirm(confirmed, a_message(session, confirmed))
                else:
                    APPLY[change.verb](order)
        except Conflict:
            return "rejected"
        except StaleDataError:
            return "stale"
        return "done"

    async def _read_stored(self) -> OrderModel:
        async with self._database.transaction() as session:
            order = await Orders(session).get(self._order_id)
            changes = await Orders(session).list_changes(self._order_id, ALL)
        async with self._database.reading() as connection:
            lists = OrderLists(connection)
            listed = await lists.list_of_user(order.user_id, ALL, None)
        history = [str(change.status) for change in changes.items]
        assert (order.total_amount is not None) == ("confirmed" in history)
        found = OrderModel(
            status=order.status,
            stock=order.stock,
            promised=order.promised,
            failed=order.failure is not None,
            history=history,
            version=order.version,
        )
        assert (order.id in [each.id for each in listed.items]) == found.listed
        return found


def _outcomes(
    before: OrderModel, changes: Sequence[Change]
) -> Iterator[tuple[list[str], OrderModel]]:
    """Yields the outcomes of all sequences in which the changes can be applied."""
    for sequence in permutations(range(len(changes))):
        after = deepcopy(before)
        results = {n: after.apply(changes[n]) for n in sequence}
        yield [results[n] for n in range(len(changes))], after


@pytest.fixture
def machine(database: Database, database_url: str) -> Iterator[type[OrderMachine]]:
    """Runs the event loop in a thread, because hypothesis calls blocking functions."""
    assert database
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Database(database_url)) as own,
    ):

        class OnThisDatabase(OrderMachine):
            def __init__(self) -> None:
                super().__init__(portal, own)

        yield OnThisDatabase


REPEATABLE = settings(
    derandomize=True,
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
RANDOM = settings(REPEATABLE, derandomize=False, database=None, max_examples=500)


def test_order_follows_its_model(machine: type[OrderMachine]) -> None:
    run_state_machine_as_test(machine, settings=REPEATABLE)


@pytest.mark.slow
def test_order_follows_its_model_at_random(
    machine: type[OrderMachine],
) -> None:
    run_state_machine_as_test(machine, settings=RANDOM)
