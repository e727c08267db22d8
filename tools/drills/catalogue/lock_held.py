"""A forgotten transaction in psql keeps all rows of the stock locked."""

from contextlib import AbstractAsyncContextManager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "product-service"


def break_it(target: Target) -> AbstractAsyncContextManager[None]:
    return target.session(SERVICE, "SELECT * FROM stock FOR UPDATE")


DRILL = Drill(
    name="lock-held",
    component=SERVICE,
    story="somebody opened a transaction in psql, locked the rows of the stock, and"
    " left it open",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "order-latency"}),
    hints=(
        "Which customers notice something: those who browse, or those who order?",
        "order-service waits for another service. Which statement of that service does"
        " not end?",
        "In pg_stat_activity, pg_blocking_pids(pid) names the session for which the"
        " others wait. What is its state?",
    ),
    break_it=break_it,
    panel=Panel(
        SERVICE,
        "Duration by route, 95 %",
        "histogram_quantile(0.95, sum by (le, method, endpoint)"
        " (rate(http_request_duration_seconds_bucket"
        f'{{service="{SERVICE}", endpoint="/reservations/{{order_id}}"}}[5m]))) > 1',
    ),
    trace=Logged(SERVICE, ("/reservations/", '"event": "request"'), slower_than=1000),
    log=Logged(SERVICE, ("/reservations/", '"event": "request"'), slower_than=1000),
    proof=f"make sql SERVICE={SERVICE} QUERY="
    '"SELECT pid, state, query FROM pg_stat_activity'
    " WHERE state = 'idle in transaction'\"",
    code=Code("product-service/app/repositories/products.py", "_LOCKED"),
)
