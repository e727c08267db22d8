"""The alerts that Prometheus reports, as the mail to the person on call says them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import yaml

from tools.drills.drill import Alert
from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY

ALERTMANAGER = REPOSITORY / "observability" / "alertmanager" / "alertmanager.yml"
MATCHER = re.compile(r"(\w+) *(=~|!~|=) *(.+)")


@dataclass(frozen=True)
class Page:
    """A firing alert.

    Attributes:
        since: seconds of the epoch.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    since: float

    def is_of(self, alert: Alert) -> bool:
        wanted = {"alertname": alert.name, **alert.labels}
        return wanted.items() <= self.labels.items()

    def is_about_budget(self) -> bool:
        """Returns whether it says only that customers suffer, not which part fails."""
        return self.labels["alertname"].startswith("ErrorBudget")

    @property
    def name(self) -> str:
        """The alert, and the service or the objective that it is about."""
        about = self.labels.get("service", self.labels.get("slo", ""))
        return f"{self.labels['alertname']} {about}".rstrip()

    def text(self) -> Iterator[str]:
        labels, notes = self.labels, self.annotations
        yield f"{labels['severity']}: {self.name}"
        yield f"  {notes['summary']}"
        yield f"  {notes['description']}"
        yield f"  Do: {notes['runbook_url']}"


class Prometheus:
    def __init__(self, url: str) -> None:
        self._url = url

    async def answers(self) -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                return (await client.get(f"{self._url}/-/ready")).status_code == 200
        except httpx.TransportError:
            return False

    async def firing(self) -> list[Page]:
        alerts = (await self._ask("alerts"))["alerts"]
        return [
            Page(
                each["labels"],
                each["annotations"],
                datetime.fromisoformat(each["activeAt"]).timestamp(),
            )
            for each in alerts
            if each["state"] == "firing"
        ]

    async def query(self, expression: str) -> list[tuple[Mapping[str, str], str]]:
        """Returns the labels and the value of each series."""
        result = (await self._ask("query", query=expression))["result"]
        return [(series["metric"], series["value"][1]) for series in result]

    async def _ask(self, what: str, **parameters: str) -> Any:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
                answer = await client.get(
                    f"{self._url}/api/v1/{what}", params=parameters
                )
        except httpx.TransportError:
            raise PlatformError(
                f"Prometheus does not answer at {self._url}, so no alert can fire:"
                " install it, then `make down` and `make up`."
            ) from None
        if answer.status_code != 200:
            raise PlatformError(f"Prometheus: {answer.text}")
        return answer.json()["data"]


def not_hidden(pages: Sequence[Page]) -> list[Page]:
    """Leaves out the alerts that Alertmanager would not mail, because others fire."""
    rules = yaml.safe_load(ALERTMANAGER.read_text())["inhibit_rules"]
    return [page for page in pages if not any(_hides(r, pages, page) for r in rules)]


def _hides(rule: Mapping[str, list[str]], pages: Iterable[Page], page: Page) -> bool:
    if not _match(rule["target_matchers"], page):
        return False
    return any(
        source is not page
        and _match(rule["source_matchers"], source)
        and all(
            source.labels.get(label) == page.labels.get(label)
            for label in rule.get("equal", ())
        )
        for source in pages
    )


def _match(matchers: Iterable[str], page: Page) -> bool:
    return all(_matches(matcher, page.labels) for matcher in matchers)


def _matches(matcher: str, labels: Mapping[str, str]) -> bool:
    found = MATCHER.fullmatch(matcher.strip())
    if found is None:
        raise ValueError(f"no matcher of Alertmanager: {matcher}")
    label, operator, wanted = found.groups()
    value, wanted = labels.get(label, ""), wanted.strip('"')
    if operator == "=":
        return value == wanted
    return bool(re.fullmatch(wanted, value)) == (operator == "=~")
