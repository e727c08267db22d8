import math
from dataclasses import replace

from tools.faults.audit import audit
from tools.faults.audit.punctuality import EXCUSED, longest_calm
from tools.faults.fault_injection import Trouble
from tools.faults.snapshot import Change
from tools.faults.tests.runs import ACCEPTED, log, stored, with_order, wrong

PARTS = {"postgres"}


def away(began: float, recovered: float, part: str = "postgres") -> Trouble:
    return Trouble(part, "kill", began, began, recovered)


def test_without_trouble_all_of_the_time_is_calm() -> None:
    assert longest_calm(10, 50, PARTS, []) == 40


def test_time_of_fault_and_before_it_is_excused() -> None:
    assert longest_calm(10, 50, PARTS, [away(20, 35)]) == 15


def test_overlapping_troubles_are_one() -> None:
    assert longest_calm(0, 50, PARTS, [away(25, 30), away(5, 40)]) == 10


def test_fault_of_unneeded_part_is_no_excuse() -> None:
    assert longest_calm(0, 50, PARTS, [away(5, 40, "redis")]) == 50


def test_troubles_before_and_after_do_not_count() -> None:
    assert longest_calm(20, 30, PARTS, [away(0, 5), away(40, 60)]) == 10


def test_late_order_is_found_unless_fault_explains_it() -> None:
    late = with_order(
        stored(), ACCEPTED, history=(Change("pending", 0.0), Change("confirmed", 40.0))
    )
    assert "took 40.0 s" in wrong("settled within", log(), late)
    assert not wrong("settled within", log(), late, [away(1, 20, "product-service")])


def test_late_notification_is_found_unless_fault_explains_it() -> None:
    first, *others = stored().notifications
    late = replace(stored(), notifications=(replace(first, sent_at=20.0), *others))
    assert "took 19.0 s" in wrong("notified within", log(), late)
    assert not wrong("notified within", log(), late, [away(2, 15, "rabbitmq")])


def test_unrecovered_part_is_found() -> None:
    gone = away(1, math.inf, "redis")
    assert "redis did not recover" in wrong(
        "parts with a fault", log(), stored(), [gone]
    )


def test_lateness_is_only_reported_on_busy_machine() -> None:
    first, *others = stored().notifications
    late = replace(stored(), notifications=(replace(first, sent_at=20.0), *others))
    checks = audit(log(), late, [], in_time=False)
    assert [check for check in checks if check.wrong] == []
    assert any(check.notes[EXCUSED] == 1 for check in checks)
