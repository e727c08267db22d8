"""Each fault of the fault suite has an alert within two minutes, or a reason."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from chassis._http.dependency_metrics import CHECK_SECONDS
from chassis._http.probes import PROBE_SECONDS
from observability.tests.rules import ALERTS
from tests.faults.faults import ALL_WELL, AT_THE_GATEWAY, FAULTS, RARER
from tools.faults.schedule import PARTS
from tools.local.layout import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "OBSERVABILITY.md"
ROW = re.compile(r"^\| `([\w-]+)` \| (?:`(\w+)`)? ?\| (.*?) ?\|$", re.MULTILINE)
LIMIT = 120
# As in prometheus.yml: one scrape that has just passed, its time limit, one evaluation.
SCRAPE, SCRAPE_TIMEOUT, EVALUATION = 15, 10, 15
# The longest wait of the worker that each service has and that uses its tables.
WORKER_PAUSE = 5
SECONDS = {"s": 1, "m": 60, "h": 3600}
# Modules of tests/faults whose faults are not in the lists of faults.
MODULES = {"crash-points", "gateway-restart", "replicas", "rolling-restart"}
OF_LISTS = {"dependencies", "faults", "random-faults", "backup"}


@dataclass(frozen=True)
class Row:
    fault: str
    alert: str
    reason: str

    def __str__(self) -> str:
        return self.fault


def rows() -> list[Row]:
    _, _, section = DOCUMENT.read_text().partition("## Which alert finds which fault")
    return [Row(*cells) for cells in ROW.findall(section.partition("\n## ")[0])]


def suite() -> set[str]:
    faults = (*FAULTS, *RARER, *AT_THE_GATEWAY)
    dependencies = {str(fault) for fault in faults if fault is not ALL_WELL}
    killed = {f"{part}-killed" for part in PARTS}
    return dependencies | killed | MODULES | {"broker-without-data"}


def test_table_has_each_fault_once() -> None:
    assert sorted(row.fault for row in rows()) == sorted(suite())


def test_every_module_of_faults_is_known() -> None:
    modules = (REPOSITORY / "tests" / "faults").glob("test_*.py")
    names = {m.stem.removeprefix("test_").replace("_", "-") for m in modules}
    assert names == MODULES | OF_LISTS


@pytest.mark.parametrize("row", rows(), ids=str)
def test_fault_has_an_alert_in_time_or_a_reason(row: Row) -> None:
    assert bool(row.alert) != bool(row.reason)
    if row.alert:
        assert delay(ALERTS[row.alert]) <= LIMIT


def delay(rule: dict[str, Any]) -> float:
    """Returns the seconds from the fault until the alert fires at the latest."""
    expression = rule["expr"]
    assert "[" not in expression, "a range delays the alert by an unknown time"
    measured = 0.0
    if "dependency_up" in expression:
        measured = CHECK_SECONDS + PROBE_SECONDS
    elif late := re.search(r"worker_overdue_seconds\) > (\d+)", expression):
        measured = WORKER_PAUSE + int(late[1])
    elif expression.startswith("up{"):
        measured = SCRAPE_TIMEOUT
    waits = re.fullmatch(r"(\d+)([smh])", rule["for"])
    assert waits
    return measured + SCRAPE + EVALUATION + int(waits[1]) * SECONDS[waits[2]]


def test_slower_rule_is_found() -> None:
    slower = ALERTS["DatabaseDown"] | {"for": "2m"}
    assert delay(slower) > LIMIT
