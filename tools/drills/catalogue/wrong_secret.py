"""order-service was restarted with a secret that user-service does not know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "order-service"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    secret = {"SERVICE_CLIENT_SECRET": "rotated-on-one-side-only-0123456789abcdef"}
    await target.restart_with(SERVICE, secret)
    yield


async def mend(target: Target) -> None:
    await target.undo_settings(SERVICE)


DRILL = Drill(
    name="wrong-secret",
    component=SERVICE,
    story="the client secret of order-service was changed there and not in"
    " user-service, so order-service gets no tokens of its own",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "order-availability"}),
    hints=(
        "Customers can browse and log in, but not order. How far does an order get?",
        "order-service calls product-service with a token of its own. Where does it get"
        " this token?",
        "Which calls does user-service answer with 401, and what does it log then?",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        "user-service",
        "By status",
        'sum by (endpoint, status) (http_requests_total{service="user-service",'
        ' endpoint="/oauth/token", status="401"}) > 0',
    ),
    trace=Logged(SERVICE, ('"event": "request"', '"POST"', '"/orders"', "503")),
    log=Logged("user-service", ('"event": "service_client_rejected"',)),
    proof="logs user-service | grep service_client_rejected",
    code=Code(
        "libs/chassis/chassis/_authentication/service_tokens.py", "class ServiceTokens"
    ),
)
