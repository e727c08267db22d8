"""Compares queries with the registry: a query may ask only for what is named there."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

import yaml

from observability.telemetry import registry
from observability.telemetry.models import Metric
from observability.telemetry.promql import Expression, Matcher, Selector, parse
from tools.local.layout import REPOSITORY

LEGEND_LABEL = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")
ALTERNATIVES = re.compile(r"[\w.-]+(?:\|[\w.-]+)*")


def expression_problems(text: str, legend: str = "") -> Iterator[str]:
    """
    Args:
        text: PromQL.
        legend: a text that names labels of the result, as `{{label}}`.
    """
    expression = parse(text)
    known = registry.metric_of_series()
    for selector in expression.selectors:
        if selector.series in known:
            yield from _matcher_problems(selector, known[selector.series])
        else:
            yield f"series {selector.series} is not in contracts/telemetry"
    metrics = [known[s.series] for s in expression.selectors if s.series in known]
    labels = {label for metric in metrics for label in metric.series_labels}
    for label in expression.grouped_by - labels:
        yield f"no metric has the label {label}: {text}"
    remaining = expression.grouped_by if expression.aggregates else labels
    for label in set(LEGEND_LABEL.findall(legend)) - remaining:
        yield f"the result has no label {label}: {text}"


def _matcher_problems(selector: Selector, metric: Metric) -> Iterator[str]:
    for matcher in selector.matchers:
        if matcher.label not in metric.series_labels:
            yield f"metric {metric.name} has no label {matcher.label}"
        elif values := _values(matcher.label, metric):
            for wanted in _alternatives(matcher):
                if not any(wanted.accepts(value) for value in values):
                    yield f"metric {metric.name}: no {matcher.label} is {wanted.value}"


def _alternatives(matcher: Matcher) -> list[Matcher]:
    """Returns a matcher for each alternative, because each must have a value."""
    is_list = "~" in matcher.operator and ALTERNATIVES.fullmatch(matcher.value)
    values = matcher.value.split("|") if is_list else [matcher.value]
    return [Matcher(matcher.label, matcher.operator, value) for value in values]


def _values(label: str, metric: Metric) -> Iterable[str]:
    """Returns all values of the label; nothing if they are not known."""
    named = metric.labels.get(label, "")
    if not isinstance(named, str):
        return named
    match label:
        case "endpoint":
            return routes()
        case "service":
            return metric.services or targets("service")
        case "job":
            return targets("job")
    return ()


@cache
def routes() -> frozenset[str]:
    """Returns the templates of all routes, from the services' OpenAPI documents."""
    documents = (REPOSITORY / "contracts" / "openapi").glob("*.json")
    paths = [
        path for file in documents for path in json.loads(file.read_text())["paths"]
    ]
    return frozenset({*paths, "unmatched"})


@cache
def targets(label: str) -> frozenset[str]:
    """Returns the values of the label that prometheus.yml gives to its targets."""
    file = REPOSITORY / "observability" / "prometheus" / "prometheus.yml"
    jobs = yaml.safe_load(file.read_text())["scrape_configs"]
    if label == "job":
        return frozenset(job["job_name"] for job in jobs)
    return frozenset(
        target["labels"][label] for job in jobs for target in job["static_configs"]
    )


def queried_series(texts: Iterable[str]) -> set[str]:
    expressions: list[Expression] = [parse(text) for text in texts]
    return {s.series for each in expressions for s in each.selectors}
