"""Dashboards as Grafana has them in JSON."""

from collections.abc import Iterator
from typing import Any

from observability.dashboards.panels import Dashboard, Kind, Panel, Row

WIDTH = 24
HEIGHTS = {Kind.NUMBER: 4, Kind.GRAPH: 8, Kind.TABLE: 6, Kind.LOGS: 12}
# More beside each other can hardly be read.
ABREAST = {Kind.NUMBER: 6, Kind.GRAPH: 4, Kind.TABLE: 1, Kind.LOGS: 1}

OPTIONS: dict[Kind, dict[str, Any]] = {
    Kind.NUMBER: {"reduceOptions": {"calcs": ["lastNotNull"]}, "graphMode": "none"},
    Kind.GRAPH: {
        "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    Kind.TABLE: {"showHeader": True},
    Kind.LOGS: {"showTime": True, "wrapLogMessage": True, "enableLogDetails": True},
}


def render(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": ["pannier"],
        "editable": False,
        "schemaVersion": 39,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "utc",
        "links": [
            {
                "title": "Dashboards",
                "type": "dashboards",
                "tags": ["pannier"],
                "asDropdown": True,
                "keepTime": True,
            }
        ],
        "templating": {"list": list(_variables(dashboard))},
        "panels": list(_panels(dashboard)),
    }


def _variables(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    for name, value in (dashboard.asks_for or {}).items():
        yield {"type": "textbox", "name": name, "label": name, "query": value}


def _panels(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    """Rows below each other; Grafana wants a number of its own for each."""
    top = number = 0
    for row in dashboard.rows:
        number += 1
        place = {"x": 0, "y": top, "w": WIDTH, "h": 1}
        yield {"id": number, "type": "row", "title": row.title, "gridPos": place}
        top += 1
        for line in _lines(row):
            height = max(HEIGHTS[panel.kind] for panel in line)
            for index, panel in enumerate(line):
                number += 1
                width = WIDTH // len(line)
                place = {"x": index * width, "y": top, "w": width, "h": height}
                yield {"id": number, "gridPos": place, **_panel(panel)}
            top += height


def _lines(row: Row) -> list[tuple[Panel, ...]]:
    """Spread evenly over as few lines as will do."""
    abreast = min(ABREAST[panel.kind] for panel in row.panels)
    count = -(-len(row.panels) // abreast)
    size = -(-len(row.panels) // count)
    return [
        row.panels[start : start + size] for start in range(0, len(row.panels), size)
    ]


def _panel(panel: Panel) -> dict[str, Any]:
    source = _source(panel)
    return {
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.description,
        "datasource": source,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": OPTIONS[panel.kind],
        "targets": [
            {"refId": reference, "datasource": source, **_query(panel, legend, text)}
            for reference, (legend, text) in zip(
                "ABCDEFGH", panel.expressions.items(), strict=False
            )
        ],
    }


def _source(panel: Panel) -> dict[str, str]:
    name = "loki" if panel.kind is Kind.LOGS else "prometheus"
    return {"type": name, "uid": name}


def _query(panel: Panel, legend: str, text: str) -> dict[str, Any]:
    match panel.kind:
        case Kind.LOGS:
            return {"expr": text, "queryType": "range"}
        case Kind.TABLE:
            return {"expr": text, "instant": True, "format": "table"}
        case _:
            return {"expr": text, "legendFormat": legend, "exemplar": panel.exemplars}
