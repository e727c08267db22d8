"""A row policy with a slow function delays every statement on the products."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "product-service"
BREAK = (
    "CREATE FUNCTION sold_in_region() RETURNS boolean LANGUAGE sql VOLATILE"
    " AS 'SELECT true FROM pg_sleep(0.4)'",
    # In a subquery, so that it costs once for each statement and not for each row.
    "CREATE POLICY region ON products"
    " USING ((SELECT sold_in_region())) WITH CHECK (true)",
    "ALTER TABLE products ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE products FORCE ROW LEVEL SECURITY",
)
MEND = (
    "ALTER TABLE products NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE products DISABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS region ON products",
    "DROP FUNCTION IF EXISTS sold_in_region",
)


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.sql(SERVICE, *BREAK)
    yield


async def mend(target: Target) -> None:
    await target.sql(SERVICE, *MEND)


DRILL = Drill(
    name="slow-query",
    component=SERVICE,
    story="somebody added a row policy to the table products, whose function takes"
    " 0.4 s, to every statement that reads the table",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "browse-latency"}),
    hints=(
        "Compare the duration by route in product-service: are routes slow that do not"
        " read products?",
        "The slow requests wait in one place. What does pg_stat_activity of"
        " product-service show?",
        "EXPLAIN (ANALYZE) of a query for one product shows a part that is not in the"
        " code of the service.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "Duration by route, 95 %",
        "histogram_quantile(0.95, sum by (le, method, endpoint)"
        " (rate(http_request_duration_seconds_bucket"
        f'{{service="{SERVICE}", endpoint=~"/products.*"}}[5m]))) > 0.25',
    ),
    trace=Logged("order-service", ('"event": "request"', '"POST"', '"/orders"'), 800),
    log=Logged(SERVICE, ('"event": "request"', '"path": "/products"'), slower_than=400),
    proof=f"make sql SERVICE={SERVICE} QUERY="
    '"EXPLAIN (ANALYZE) SELECT id FROM products LIMIT 1"',
    code=Code("product-service/app/repositories/offered.py", "await session.scalars("),
)
