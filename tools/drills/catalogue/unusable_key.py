"""The key that signs tokens is cut off, and user-service is restarted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import SIGNING_KEYS, Target

SERVICE = "user-service"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.change_files(SIGNING_KEYS, lambda key: key[:600])
    yield


async def mend(target: Target) -> None:
    await target.restore_files(SIGNING_KEYS)


DRILL = Drill(
    name="unusable-key",
    component=SERVICE,
    story="a rotation of the signing key ended in the middle of a copy: the file of the"
    " key is cut off, so user-service does not start",
    alert=Alert("ServiceDown", {"service": SERVICE}),
    hints=(
        "make status shows a program that is started again and again.",
        "What is the last line of its log before each new start?",
        "The message names a folder. Compare its files with what docs/runbooks says"
        " about them.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        "overview", "Services up", f'up{{job="services", service="{SERVICE}"}} == 0'
    ),
    log=Logged(SERVICE, ("error: SIGNING_KEYS_DIR",)),
    proof="openssl rsa -noout -check -in .local/keys/<name>.pem",
    proof_in_containers="docker compose run --rm --no-deps secrets sh -c"
    " 'openssl rsa -noout -check -in /handed-out/user-service/signing-keys/*.pem'",
    code=Code(
        "user-service/app/security/signing_keys.py", "must be an unencrypted private"
    ),
)
