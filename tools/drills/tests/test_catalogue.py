"""Each drill is complete, and leads to a line of code that exists."""

import json

import pytest

from observability.telemetry.promql import parse
from tools.drills import way
from tools.drills.catalogue import DRILLS, poison_message, refused_queue
from tools.drills.drill import Drill
from tools.local.layout import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "DRILLS.md").read_text()
RULES = "".join(
    file.read_text()
    for file in (REPOSITORY / "observability" / "prometheus" / "rules").glob("*.yml")
)

DASHBOARDS = REPOSITORY / "observability" / "grafana" / "dashboards"

each_drill = pytest.mark.parametrize("drill", DRILLS.values(), ids=list(DRILLS))


@each_drill
def test_code_of_drill_exists(drill: Drill) -> None:
    assert way.line_number(drill.code) > 0


@each_drill
def test_alert_of_drill_is_in_rules(drill: Drill) -> None:
    assert f"- alert: {drill.alert.name}\n" in RULES


@each_drill
def test_panel_of_drill_shows_its_series(drill: Drill) -> None:
    dashboard = json.loads((DASHBOARDS / f"{drill.panel.dashboard}.json").read_text())
    shown = [
        {name for target in panel["targets"] for name in series(target["expr"])}
        for panel in dashboard["panels"]
        if panel["title"] == drill.panel.title
    ]
    assert any(series(drill.panel.expression) <= names for names in shown)


def series(expression: str) -> set[str]:
    return {selector.series for selector in parse(expression).selectors}


def test_no_two_drills_are_shown_by_same_expression() -> None:
    panels = [drill.panel for drill in DRILLS.values()]
    assert len(panels) == len(set(panels))


@each_drill
def test_document_lists_answer_of_drill(drill: Drill) -> None:
    assert f"`{drill.name}`" in DOCUMENT
    assert f"`{drill.component}`" in DOCUMENT


def test_scripts_use_queue_and_message_that_their_drills_name() -> None:
    poisoned, refused = (
        (REPOSITORY / "tools" / "drills" / "scripts" / f"{name}.py").read_text()
        for name in ("poison_message", "refused_queue")
    )
    assert f'    "{poison_message.MESSAGE_ID}",\n' in poisoned
    assert f'QUEUE = "{refused_queue.QUEUE}"\n' in refused


@each_drill
def test_hints_do_not_contain_answer(drill: Drill) -> None:
    assert not [hint for hint in drill.hints if drill.name in hint]
