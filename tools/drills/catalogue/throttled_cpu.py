"""product-service gets the processor for a moment only, again and again."""

from contextlib import AbstractAsyncContextManager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "product-service"


def break_it(target: Target) -> AbstractAsyncContextManager[None]:
    return target.throttled(SERVICE)


async def mend(target: Target) -> None:
    await target.resume(SERVICE)


DRILL = Drill(
    name="throttled-cpu",
    component=SERVICE,
    story="product-service got a tenth of a processor, as with a limit that is too"
    " low: everything in it takes long, and nothing in it is slow",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "order-latency"}),
    hints=(
        "Which service do the slow requests have in common?",
        "In that service all routes are slow, even /health/live, which needs no"
        " database. Which statements wait in its database?",
        "Compare the CPU seconds of its process with those of the other services, or"
        " watch its state in top.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        # The panel of its caller: a throttled service may report no metrics in time.
        "order-service",
        "Duration by route, 95 %",
        "histogram_quantile(0.95, sum by (le, method, endpoint)"
        " (rate(http_request_duration_seconds_bucket"
        '{service="order-service", endpoint="/orders", status!~"5.."}[5m]))) > 1',
    ),
    trace=Logged("order-service", ('"event": "request"', '"POST"', '"/orders"'), 1000),
    log=Logged(SERVICE, ('"event": "request"',), slower_than=1000),
    proof="curl -s -w '%{time_total}' http://localhost:8002/health/live",
    code=Code("order-service/app/clients/products.py", "class ProductsClient"),
)
