"""The alert rules, and promtool, which tests them."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.local import installed
from tools.local.layout import REPOSITORY

PROMETHEUS = REPOSITORY / "observability" / "prometheus"
RULES: dict[Path, list[dict[str, Any]]] = {
    file: yaml.safe_load(file.read_text())["groups"]
    for file in sorted((PROMETHEUS / "rules").glob("*.yml"))
}
GROUPS = [group for groups in RULES.values() for group in groups]
ALERTS = {
    rule["alert"]: rule
    for group in GROUPS
    for rule in group["rules"]
    if "alert" in rule
}

Series = Mapping[str, str]
"""Values, one a minute, in promtool's notation: `0x9` is ten times 0, `0+5x9` grows."""


def check(folder: Path, alert: str, series: Series, at: str, fires: list[str]) -> None:
    """Fails unless at that time just those alerts of the name fire.

    Args:
        fires: their labels, such as `{severity="page"}`.
    """
    expected = [
        f'ALERTS{{alertname="{alert}", alertstate="firing", {labels}}}'
        for labels in fires
    ]
    test = {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": values} for name, values in series.items()
        ],
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertname="{alert}", alertstate="firing"}}',
                "eval_time": at,
                "exp_samples": [{"labels": each, "value": 1} for each in expected],
            }
        ],
    }
    promtool(folder, test, file_of(alert))


def file_of(alert: str) -> Path:
    return next(
        file
        for file, groups in RULES.items()
        if any(rule.get("alert") == alert for g in groups for rule in g["rules"])
    )


def promtool(folder: Path, test: dict[str, Any], rules: Path) -> None:
    """Runs one test on one file of rules, which needs no rule of another file."""
    file = folder / "test.yml"
    tests = {
        "rule_files": [str(rules)],
        "evaluation_interval": "1m",
        "group_eval_order": [group["name"] for group in RULES[rules]],
        "tests": [test],
    }
    # JSON is YAML too.
    file.write_text(json.dumps(tests))
    outcome = subprocess.run(  # noqa: S603 -- every word is our own
        [installed.promtool(), "test", "rules", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
