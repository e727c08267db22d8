"""Whatever is done to an order, in whatever order and at once: it only ever goes where
it may, and nothing of it is forgotten."""

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

from app.models import Order
from app.repositories.orders import Orders
from chassis import Conflict, Database, PageRequest
from tests.factories import an_order, as_stored, prices, stored
from tests.stateful.order_model import MOVES, Move, OrderModel

# What the saga does without a lock, from what it has read before.
ALL = PageRequest(skip=0, limit=100)
COMPARE_AND_SET = ("confirm", "refuse", "promise")
VERBS = (*MOVES, "settle stock", "postpone stock")

LOCKED = st.builds(Move, st.sampled_from(VERBS))

DONE: dict[str, Callable[[Order], None]] = {
    "confirm": lambda order: order.confirm(prices(order)),
    "refuse": lambda order: order.refuse("insufficient_stock", "too few", {}),
    "promise": lambda order: order.promise(),
    "cancel": lambda order: order.cancel(by=7),
    "ship": lambda order: order.ship(by=1),
    "deliver": lambda order: order.deliver(by=1),
    "settle stock": lambda order: order.settle_stock(),
    "postpone stock": lambda order: order.postpone_stock(longest=10),
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
        self.look()

    @rule()
    def look(self) -> None:
        """Somebody reads the order, to change it later."""
        self._copy = self._portal.call(as_stored, self._database, self._order_id)
        self._seen = deepcopy(self._model)

    @rule(move=LOCKED)
    def do(self, move: Move) -> None:
        self._do_at_once([move])

    @rule(verb=st.sampled_from(COMPARE_AND_SET))
    def go_on_from_what_was_seen(self, verb: str) -> None:
        self._do_at_once([Move(verb, self._seen)])

    @rule(
        verb=st.sampled_from(COMPARE_AND_SET),
        moves=st.lists(LOCKED, min_size=1, max_size=3),
    )
    def race(self, verb: str, moves: list[Move]) -> None:
        self._do_at_once([Move(verb, self._seen), *moves])

    def _do_at_once(self, moves: Sequence[Move]) -> None:
        answers, found = self._portal.call(self._really_do_at_once, moves)
        explained = any(
            outcome == (answers, found) for outcome in _outcomes(self._model, moves)
        )
        assert explained, (
            f"{self._model}\n{moves}\nwas answered {answers}\nand led to\n{found}"
        )
        self._model = found

    async def _really_do_at_once(
        self, moves: Sequence[Move]
    ) -> tuple[list[str], OrderModel]:
        answers = await asyncio.gather(*(self._really_do(move) for move in moves))
        return answers, await self._read()

    async def _really_do(self, move: Move) -> str:
        try:
            async with self._database.transaction() as session:
                orders = Orders(session)
                if move.seen is None:
                    order = await orders.get(self._order_id, for_update=True)
                else:
                    order = await orders.reattach(self._copy)
                DONE[move.verb](order)
        except Conflict:
            return "refused"
        except StaleDataError:
            return "stale"
        return "done"

    async def _read(self) -> OrderModel:
        async with self._database.transaction() as session:
            order = await Orders(session).get(self._order_id)
            changes = await Orders(session).list_changes(self._order_id, ALL)
            listed = await Orders(session).list_of_user(order.user_id, ALL, None)
        history = [str(change.status) for change in changes.items]
        assert (order.total_amount is not None) == ("confirmed" in history)
        found = OrderModel(
            status=order.status,
            stock=order.stock,
            promised=order.promised,
            refused=order.refusal is not None,
            history=history,
            version=order.version,
        )
        assert (order.id in [each.id for each in listed.items]) == found.listed
        return found


def _outcomes(
    before: OrderModel, moves: Sequence[Move]
) -> Iterator[tuple[list[str], OrderModel]]:
    """What may come of these, each done as a whole, one after the other."""
    for turns in permutations(range(len(moves))):
        after = deepcopy(before)
        answers = {n: after.do(moves[n]) for n in turns}
        yield [answers[n] for n in range(len(moves))], after


@pytest.fixture
def machine(database: Database, database_url: str) -> Iterator[type[OrderMachine]]:
    """Machines with an event loop in a thread: hypothesis calls functions that wait for
    their outcome."""
    assert database
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Database(database_url)) as own,
    ):

        class OnThisDatabase(OrderMachine):
            def __init__(self) -> None:
                super().__init__(portal, own)

        yield OnThisDatabase


SURELY = settings(
    derandomize=True,
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
AT_RANDOM = settings(SURELY, derandomize=False, database=None, max_examples=500)


def test_an_order_goes_only_where_it_may(machine: type[OrderMachine]) -> None:
    run_state_machine_as_test(machine, settings=SURELY)


@pytest.mark.slow
def test_an_order_goes_only_where_it_may_for_long(
    machine: type[OrderMachine],
) -> None:
    run_state_machine_as_test(machine, settings=AT_RANDOM)
