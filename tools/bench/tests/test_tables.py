"""What was measured is added up rightly."""

import pytest

from tools.bench import bodies
from tools.bench.measuring import Cost
from tools.bench.tracing import EVERYTHING, OFF, PRODUCTION, table


def cost(**cpu: float) -> Cost:
    """Of ten requests, which took 0.1 to 1 s."""
    return Cost(cpu, [n / 10 for n in range(1, 11)])


def test_cpu_is_that_of_one_request() -> None:
    measured = cost(users=0.5, orders=2.5)
    assert measured.cpu_ms("orders") == 250
    assert measured.total_cpu_ms() == 300


@pytest.mark.parametrize(("share", "ms"), [(0.5, 500), (0.95, 1000), (0.01, 100)])
def test_a_wait_is_that_of_the_slowest_of_a_share(share: float, ms: float) -> None:
    assert cost(users=1).wait_ms(share) == ms


def test_tracing_is_compared_with_the_same_round_without() -> None:
    costs = {
        OFF: [cost(orders=1), cost(orders=2), cost(orders=4)],
        PRODUCTION: [cost(orders=1.1), cost(orders=2.2), cost(orders=4.4)],
        EVERYTHING: [cost(orders=1.3), cost(orders=2.6), cost(orders=5.2)],
    }
    *_, more = table(costs)
    assert more.split()[-3:] == ["0%", "10%", "30%"]


def test_bad_body_is_compared_with_the_good_one() -> None:
    costs = {bodies.GOOD: Cost({bodies.SERVICE: 0.1}, [0.1] * 10)}
    costs["bad"] = Cost({bodies.SERVICE: 0.25}, [0.1] * 10)
    *_, bad = bodies.table(costs)
    assert bad.split() == ["bad", "25.0", "2.5"]


def test_bodies_are_of_one_size() -> None:
    sizes = [len(content) for _, content in bodies.bodies().values()]
    assert max(sizes) < 2**20
    assert min(sizes) > 0.9 * max(sizes)
