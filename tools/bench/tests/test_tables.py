"""The tables of the benchmark add up correctly."""

from dataclasses import replace

import pytest

from tools.bench import bodies, gateway, growth, log_volume, machine, requests, wrk
from tools.bench.comparisons import Comparison
from tools.bench.explaining import RESULTS, Section
from tools.bench.log_volume import Volume
from tools.bench.measuring import Cost
from tools.bench.tracing import EVERYTHING, NONE, ONE_IN_TEN, table


def cost(**cpu: float) -> Cost:
    return Cost(cpu, times=10)


def test_cpu_is_that_of_one_request() -> None:
    measured = cost(users=0.5, orders=2.5)
    assert measured.cpu_ms("orders") == 250
    assert measured.total_cpu_ms() == 300


def test_tracing_is_compared_with_the_same_round_without() -> None:
    costs = {
        NONE: [cost(orders=1), cost(orders=2), cost(orders=4)],
        ONE_IN_TEN: [cost(orders=1.09), cost(orders=2.18), cost(orders=4.36)],
        EVERYTHING: [cost(orders=1.3), cost(orders=2.6), cost(orders=5.2)],
    }
    *_, more, verdict = table(costs)
    assert more.split()[-3:] == ["0%", "9%", "30%"]
    assert verdict.strip() == "one in ten: 9.0%, at most 10%: met"
    costs[ONE_IN_TEN] = [cost(orders=1.2)] * 3
    costs[NONE] = [cost(orders=1)] * 3
    assert [*table(costs)][-1].endswith("20.0%, at most 10%: missed")


def test_week_of_logs_follows_from_an_order() -> None:
    before, after = Volume(lines=10, size=5_000), Volume(lines=70, size=35_000)
    assert [*log_volume.table(after.per_order(before, orders=10))] == [
        "Log of a POST /orders: 6.0 lines, 3000 bytes",
        "  a week at 10 orders a second: 18.1 GB",
    ]


def test_bad_body_is_compared_with_the_good_one() -> None:
    costs = {bodies.GOOD: Cost({bodies.SERVICE: 0.1}, times=10)}
    costs["bad"] = Cost({bodies.SERVICE: 0.25}, times=10)
    *_, bad = bodies.table(costs)
    assert bad.split() == ["bad", "25.0", "2.5"]


def test_bodies_are_of_one_size() -> None:
    sizes = [len(content) for _, content in bodies.bodies().values()]
    assert max(sizes) < 2**20
    assert min(sizes) > 0.9 * max(sizes)


COMPARISON = Comparison(
    name="a read",
    service="order-service",
    requests=[wrk.Request()],
    yardstick="fixed_model",
    target=2,
)


def test_ratio_is_the_median_of_turns() -> None:
    row = requests.Row(COMPARISON, ours=[3, 20, 4], yardsticks=[1, 2, 1], others=0.25)
    *_, line, _ = requests.table([row])
    assert line.split()[2:] == ["4.00", "1.00", "4.0", "2", "missed", "25%"]


def test_ratio_at_its_target_meets_it() -> None:
    row = requests.Row(COMPARISON, ours=[2], yardsticks=[1])
    *_, line = requests.table([row])
    assert "met" in line.split()


def test_missed_row_names_the_section_that_explains_it() -> None:
    explained = replace(COMPARISON, explained=Section.ORDER)
    *_, line = requests.table([requests.Row(explained, ours=[3], yardsticks=[1])])
    assert line.endswith("a read missed its target: RESULTS.md, What an order costs")


@pytest.mark.parametrize("section", Section)
def test_section_that_explains_exists(section: Section) -> None:
    assert f"## {section}" in RESULTS.read_text().splitlines()


def test_gateway_adds_what_direct_requests_do_not_cost() -> None:
    row = gateway.Row(
        "a read",
        direct=[1, 3, 1],
        by_gateway=[2, 7, 3],
        own=[0.5, 2, 1],
        yardsticks=[1, 2, 1],
    )
    *_, line = gateway.table([row])
    assert line.split()[2:8] == ["1.00", "3.00", "2.00", "1.00", "1.0x", "2.0x"]
    assert "met" in line.split()


def test_gateway_above_its_target_misses_it() -> None:
    row = gateway.Row("a read", [1], [7.1], [1], [1])
    *_, line = gateway.table([row])
    assert "missed" in line.split()


def test_figure_below_its_lowest_target_misses_it() -> None:
    rate = machine.Figure("a rate", 89.6, "%", 90, more_is_better=True)
    *_, line, explanation = machine.table([rate])
    assert line.split() == ["a", "rate", "89.6", "≥", "90", "%", "missed"]
    assert explanation.endswith("a rate missed its target: not explained yet")


def test_figure_below_its_highest_target_meets_it() -> None:
    *_, line = machine.table([machine.Figure("a wait", 49.6, "ms", 50)])
    assert line.split() == ["a", "wait", "49.6", "≤", "50", "ms", "met"]


def test_growth_is_compared_with_its_target() -> None:
    small = dict.fromkeys(growth.QUERIES, 10.0)
    lines = list(growth.table(small, {**small, "list": 16.0, "q= no match": 15.0}))
    verdicts = {line[2:30].strip(): line.split()[-2:] for line in lines[2:]}
    assert verdicts["list"] == ["1.5", "missed"]
    assert verdicts["q= no match"] == ["1.5", "met"]
    assert verdicts["search: a typo"] == ["3.0", "met"]
    assert [line for line in lines if "RESULTS.md" in line] == [
        "  list missed its target: RESULTS.md, A thousand times as many products"
    ]
