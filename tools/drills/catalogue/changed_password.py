"""Redis has another password than product-service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "product-service"
OTHER = "changed-by-hand"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    async with Redis.from_url(_url(target)) as redis:
        await redis.config_set("requirepass", OTHER)
        await redis.client_kill_filter(_type="normal")
        await redis.client_kill_filter(_type="pubsub")
    yield


async def mend(target: Target) -> None:
    url = urlsplit(_url(target))
    host, port = url.hostname or "", url.port or 6379
    async with Redis(host=host, port=port, password=OTHER) as redis:
        try:
            await redis.config_set("requirepass", url.password or "")
        except AuthenticationError:
            return  # it has its own password


def _url(target: Target) -> str:
    return target.environment(SERVICE)["REDIS_URL"]


DRILL = Drill(
    name="changed-password",
    component="redis",
    story="somebody changed the password of Redis and not the setting of"
    " product-service, so each page of the catalogue comes from the database",
    alert=Alert("CacheDown", {"service": SERVICE}),
    hints=(
        "Customers can do everything. Which dependency of product-service is down?",
        "make status says that Redis runs. Does it answer, and what?",
        "The log of product-service has the words of Redis in worker_step_failed.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "Answering",
        f'dependency_up{{service="{SERVICE}", dependency="redis"}} == 0',
    ),
    log=Logged(SERVICE, ('"event": "worker_step_failed"', "AuthenticationError")),
    proof="redis-cli -u <REDIS_URL of product-service> ping",
    code=Code("libs/chassis/chassis/redis_client/link.py", "redis_unavailable"),
)
