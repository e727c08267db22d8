"""The way to the cause, as `make drill-check` shows it."""

from observability.elsewhere import Elsewhere
from observability.lines import Line
from tools.drills import way
from tools.drills.catalogue import DRILLS
from tools.drills.drill import Logged
from tools.drills.way import Way

LINE = Line("order-service", 17.0, 1.2, "POST /orders: 201")
FOUND = Way(DRILLS["slow-query"], [], "4bf92f35", [LINE], "{}", 7)
JAEGER, LOKI = "http://localhost:16686", "http://localhost:3100"


def test_way_links_to_trace_and_asks_loki_where_they_run() -> None:
    shown = "\n".join(way.render(FOUND, Elsewhere(JAEGER, LOKI), "local"))
    assert "http://localhost:16686/trace/4bf92f35" in shown
    assert "http://localhost:3100/loki/api/v1/query_range --data-urlencode" in shown


def test_way_links_nowhere_if_nothing_runs() -> None:
    shown = "\n".join(way.render(FOUND, Elsewhere(None, None), "local"))
    assert "/trace/" not in shown
    assert "loki" not in shown


def test_proof_is_that_of_the_mode() -> None:
    found = Way(DRILLS["hung-process"], [], "", [], "", 7)
    local, docker = (
        "\n".join(way.render(found, Elsewhere(None, None), mode))
        for mode in ("local", "docker")
    )
    assert "ps -o pid,stat,args" in local
    assert "docker compose exec rabbitmq" in docker


def test_fault_without_recorded_trace_has_no_link() -> None:
    unrecorded = Way(DRILLS["slow-query"], [], "", [], "", 7)
    shown = "\n".join(way.render(unrecorded, Elsewhere(JAEGER, None), "local"))
    assert "/trace/" not in shown


def test_query_for_loki_finds_texts_and_slow_requests() -> None:
    slow = Logged("product-service", ('"event": "request"', '"GET"'), slower_than=400)
    assert slow.query == (
        '{service="product-service"} |= `"event": "request"` |= `"GET"`'
        " | json | duration_ms >= 400"
    )
    assert Logged("rabbitmq", ("alarm",)).query == '{service="rabbitmq"} |= `alarm`'
