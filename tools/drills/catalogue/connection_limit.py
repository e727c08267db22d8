"""The database of the orders allows two connections only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "order-service"
DATABASE = "order_service_db"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.sql(
        SERVICE,
        f"ALTER DATABASE {DATABASE} CONNECTION LIMIT 2",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    yield


async def mend(target: Target) -> None:
    # From elsewhere, because this database may have no free connection.
    unlimited = f"ALTER DATABASE {DATABASE} CONNECTION LIMIT -1"
    await target.sql(SERVICE, unlimited, database="postgres")


DRILL = Drill(
    name="connection-limit",
    component=SERVICE,
    story="somebody limited the database of order-service to two connections, fewer"
    " than the pool of one process",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "order-availability"}),
    hints=(
        "Some requests succeed and others fail with 503. What does each need that some"
        " get and others do not?",
        "Compare the database connections in use with the maximum in the metrics of"
        " order-service, and read the errors in its log.",
        "\\l+ in psql, or datconnlimit in pg_database, shows a setting of the database"
        " that is -1 elsewhere.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "By status",
        "sum by (status)"
        f' (rate(http_requests_total{{service="{SERVICE}", status="503"}}[5m])) > 0',
    ),
    trace=Logged(SERVICE, ('"event": "request"', '"status": 503')),
    log=Logged(SERVICE, ("too many connections for database",)),
    proof=f"make sql SERVICE={SERVICE} QUERY="
    '"SELECT datname, datconnlimit FROM pg_database"',
    code=Code("libs/chassis/chassis/_database/connection_limit.py", "datconnlimit"),
)
