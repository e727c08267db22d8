"""The gateway accepts only tokens for another audience than user-service issues."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target
from tools.local.ports import GATEWAY

OTHER_AUDIENCE = {"TOKEN_AUDIENCE": "pannier-shop"}
# Forged tokens are rejected for other reasons.
REJECTION = Logged(GATEWAY, ('"event": "token_rejected"', "Invalid audience"))


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.restart_with(GATEWAY, OTHER_AUDIENCE)
    yield


async def mend(target: Target) -> None:
    await target.undo_settings(GATEWAY)


DRILL = Drill(
    name="wrong-audience",
    component=GATEWAY,
    story="somebody renamed the audience of access tokens for api-gateway only, so it"
    " rejects every token that user-service issues",
    alert=Alert("TokensRejected", {"service": GATEWAY}),
    hints=(
        "Customers log in, and nothing fails with 5xx. Does the same token work at a"
        " port of order-service?",
        "In the logs of which services is the trace_id of a request with 401? Where"
        " does the request end?",
        "The program that rejects a token logs the reason. Which claim of the token is"
        " it about, and what does the program expect there?",
    ),
    break_it=break_it,
    mend=mend,
    through_gateway=True,
    panel=Panel(
        GATEWAY,
        "By status",
        "sum by (status)"
        f' (rate(http_requests_total{{service="{GATEWAY}", status="401"}}[5m])) > 0',
    ),
    trace=REJECTION,
    log=REJECTION,
    proof="tr '\\0' '\\n' <\"/proc/$(pid_of api-gateway)/environ\""
    " | grep ^TOKEN_AUDIENCE=",
    proof_in_containers="docker compose exec api-gateway"
    " grep ^TOKEN_AUDIENCE= /run/secrets/env",
    code=Code("api-gateway/app/tokens/access_tokens.py", "audience=self._audience"),
)
