"""Redis has another password than product-service."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import REDIS_CONF, Target

SERVICE = "product-service"
# As a password, and as the digest of one, which the configuration of containers has.
OTHER = sha256(b"changed by hand").hexdigest().encode()
PASSWORD = re.compile(
    rb"(?<=^requirepass )\w+|(?<=^user product-service on #)\w+", re.M
)


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.change_files(REDIS_CONF, lambda conf: PASSWORD.sub(OTHER, conf))
    yield


async def mend(target: Target) -> None:
    await target.restore_files(REDIS_CONF)


DRILL = Drill(
    name="changed-password",
    component="redis",
    story="somebody changed the password in the configuration of Redis and not the"
    " setting of product-service, so each page of the catalogue comes from the"
    " database",
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
    proof_in_containers="docker compose exec product-service sh -c 'set -a;"
    ' . /run/secrets/env; python -c "import os, redis;'
    ' redis.from_url(os.environ[\\"REDIS_URL\\"]).ping()"\'',
    code=Code("libs/chassis/chassis/redis_client/link.py", "redis_unavailable"),
)
