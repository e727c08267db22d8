"""Whatever is asked of the stock, in whatever order and at once: it adds up, and could
have come about one by one."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import count, permutations

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from app.models.stock import LOW_STOCK
from app.resources import Resources
from chassis import Database, resources_of
from chassis.testing import FakeTokenValidator, started
from tests.stateful.real_warehouse import RealWarehouse
from tests.stateful.stock_model import (
    Count,
    Operation,
    Reserve,
    Settle,
    Shelf,
    Warehouse,
)

PRODUCTS = st.integers(0, 1)
ORDERS = st.integers(1, 4)
FEW = st.integers(1, 4)

OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    st.builds(Reserve, ORDERS, st.dictionaries(PRODUCTS, FEW, min_size=1)),
    st.builds(Settle, ORDERS, st.sampled_from(["commit", "release"])),
    st.builds(Count, PRODUCTS, st.sampled_from(["restock", "reduce"]), FEW),
    st.builds(
        Count, PRODUCTS, st.sampled_from(["correct", "warn at"]), st.integers(0, 8)
    ),
)


class StockMachine(RuleBasedStateMachine):
    def __init__(self, portal: BlockingPortal, real: RealWarehouse) -> None:
        super().__init__()
        self._portal = portal
        self._real = real
        self._model = Warehouse({})
        self._next_order = 5

    @initialize(quantities=st.tuples(st.integers(0, 8), st.integers(0, 8)))
    def open(self, quantities: tuple[int, int]) -> None:
        self._portal.call(self._real.open, quantities)
        self._model = Warehouse(
            {n: Shelf(quantity, LOW_STOCK) for n, quantity in enumerate(quantities)}
        )

    @rule(operation=OPERATIONS)
    def do(self, operation: Operation) -> None:
        self._do_at_once([operation])

    @rule(operations=st.lists(OPERATIONS, min_size=2, max_size=4))
    def do_at_once(self, operations: list[Operation]) -> None:
        self._do_at_once(operations)

    @rule(product=PRODUCTS, quantities=st.lists(FEW, min_size=2, max_size=4))
    def sell_the_last_ones(self, product: int, quantities: list[int]) -> None:
        """Several new orders want what there is, and not all can have it."""
        self._do_at_once([Count(product, "correct", max(quantities))])
        first = self._next_order
        self._next_order += len(quantities)
        self._do_at_once(
            [Reserve(first + n, {product: q}) for n, q in enumerate(quantities)]
        )

    def _do_at_once(self, operations: list[Operation]) -> None:
        answers = self._portal.call(self._real.do_at_once, operations)
        stored = self._portal.call(self._real.read)
        explained = any(
            outcome == (answers, stored)
            for outcome in _outcomes(self._model, operations)
        )
        assert explained, (
            f"{self._model}\n{operations}\nwas answered {answers}\nand led to\n{stored}"
        )
        self._model = stored


def _outcomes(
    before: Warehouse, operations: list[Operation]
) -> Iterator[tuple[list[str], Warehouse]]:
    """Returns the possible results of these acts, one after the other."""
    for order in permutations(range(len(operations))):
        after = deepcopy(before)
        answers = {n: after.do(operations[n]) for n in order}
        yield [answers[n] for n in range(len(operations))], after


@pytest.fixture
def machine(app: FastAPI, database: Database) -> Iterator[type[StockMachine]]:
    """Machines that drive the service, which has an event loop in a thread for that:
    hypothesis calls functions that wait for their outcome."""
    assert database
    rounds = count(1)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(
            started(app, token_validator=FakeTokenValidator())
        ) as client,
    ):

        class OnThisService(StockMachine):
            def __init__(self) -> None:
                database = resources_of(app, Resources).database
                super().__init__(portal, RealWarehouse(client, database, next(rounds)))

        yield OnThisService


SURELY = settings(
    derandomize=True,
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
AT_RANDOM = settings(SURELY, derandomize=False, database=None, max_examples=300)


def test_stock_adds_up_after_any_requests(machine: type[StockMachine]) -> None:
    run_state_machine_as_test(machine, settings=SURELY)


@pytest.mark.slow
def test_stock_adds_up_after_long_runs(
    machine: type[StockMachine],
) -> None:
    run_state_machine_as_test(machine, settings=AT_RANDOM)
