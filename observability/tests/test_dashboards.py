"""The dashboard files match their tables, and are readable."""

import pytest

from observability.dashboards import DASHBOARDS
from observability.dashboards.__main__ import FOLDER, files
from observability.dashboards.panels import Dashboard
from observability.dashboards.render import WIDTH, render

by_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda d: d.uid)


def test_dashboard_files_are_up_to_date() -> None:
    found = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    assert found == files()


@by_dashboard
def test_every_panel_says_what_it_shows(dashboard: Dashboard) -> None:
    assert dashboard.title
    assert dashboard.description
    for panel in dashboard.panels():
        assert panel.title
        assert panel.unit
        assert panel.description.endswith((".", "!")), panel.title


@by_dashboard
def test_panels_do_not_overlap(
    dashboard: Dashboard,
) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in render(dashboard)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= WIDTH
        cells = {
            (place["x"] + column, place["y"] + line)
            for column in range(place["w"])
            for line in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


@by_dashboard
def test_lines_of_graph_have_unique_names(dashboard: Dashboard) -> None:
    """A legend that names a label is about an expression that yields it."""
    for panel in dashboard.panels():
        for legend, expression in panel.expressions.items():
            for label in legend.split("{{")[1:]:
                name = label.partition("}}")[0]
                assert name in expression or name in ("instance", "slo", "promise")
