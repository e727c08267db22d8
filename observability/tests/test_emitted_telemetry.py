"""The services emit exactly the telemetry that contracts/telemetry names."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from observability.telemetry import source_checks
from observability.telemetry.emitted import LEVELS
from observability.telemetry.sources import Source, sources, words_in
from tools.local.ports import PORTS

Check = Callable[[Iterable[Source]], Iterator[str]]

SOURCES = sources()
CHECKS = [
    source_checks.metric_problems,
    source_checks.log_event_problems,
    source_checks.span_problems,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_code_emits_what_registry_names(check: Check) -> None:
    assert list(check(SOURCES)) == []


def test_registered_label_values_are_in_the_code() -> None:
    words = words_in(SOURCES) | PORTS.keys()
    assert list(source_checks.label_value_problems(words)) == []


def test_renamed_label_value_is_found() -> None:
    words = (words_in(SOURCES) | PORTS.keys()) - {"unavailable"}
    assert list(source_checks.label_value_problems(words)) == [
        "metric cache_requests_total: outcome=unavailable is not in the code"
    ]


METRIC, LOG, SPAN = CHECKS


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [
        (METRIC, "'queue_consuming'", "'queue_consumed'"),
        (METRIC, "['cache', 'outcome']", "['cache', 'result']"),
        (METRIC, "'Accounts created'", "'New accounts'"),
        (METRIC, "Gauge('orders_unsettled'", "Counter('orders_unsettled'"),
        (LOG, "'order_settled'", "'order_finished'"),
        (LOG, "log.error('message_dead", "log.info('message_dead"),
        (LOG, "peer=self._peer, state=", "peer=self._peer, new_state="),
        (LOG, "EVENT = 'request'", "EVENT = 'answered'"),
        (SPAN, "f'publish {outgoing", "f'send {outgoing"),
        (SPAN, "'send mail'", "'mail'"),
        (SPAN, "'messaging.message.id'", "'message.id'"),
        (SPAN, "'service.version'", "'version'"),
    ],
)
def test_renamed_telemetry_is_found(check: Check, old: str, new: str) -> None:
    renamed = [
        Source(source.place, ast.parse(text.replace(old, new)))
        if old in (text := text_of(source))
        else source
        for source in SOURCES
    ]
    assert list(check(renamed))


@cache
def text_of(source: Source) -> str:
    return ast.unparse(source.tree)


def test_log_event_of_a_single_service_is_found() -> None:
    added = Source("order-service", ast.parse("def f():\n    log.info('order_seen')"))
    assert list(source_checks.log_event_problems([*SOURCES, added])) == [
        "log event order_seen is not in contracts/telemetry"
    ]


def test_services_log_only_through_log() -> None:
    """The check of log events sees no other calls."""
    elsewhere = [
        ast.unparse(call.func)
        for source in SOURCES
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS
        if call.args and isinstance(call.args[0], ast.Constant)
        if not ast.unparse(call.func.value).endswith("log")
    ]
    assert elsewhere == []
