"""An administrator is made although there has been one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

from app.config.settings import UserSettings
from tests.factories import log_in, register

SERVICE = Path(__file__).parents[2]


def rescue(settings: UserSettings, name: str) -> subprocess.CompletedProcess[str]:
    assert settings.rabbitmq_url is not None
    told = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "RABBITMQ_URL": settings.rabbitmq_url.get_secret_value(),
        "SIGNING_KEYS_DIR": str(settings.signing_keys_dir),
        "BCRYPT_COST": "4",
    }
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "app.rescue_administrator", name],
        cwd=SERVICE,
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_rescue_makes_administrator_who_can_log_in(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    done = rescue(settings, "rescue")
    assert done.returncode == 0, done.stderr
    found = re.fullmatch(r"administrator rescue, password (\S+) \(.+\)\n", done.stdout)
    assert found

    answer = await log_in(client, "rescue", found[1])

    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/users", headers=headers)).status_code == 200


async def test_rescue_says_which_name_it_cannot_take(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    await register(client, username="taken")

    for name, complaint in (("Taken", "is taken"), ("no name", "is not a username")):
        done = rescue(settings, name)
        assert (done.returncode, done.stdout) == (1, "")
        assert complaint in done.stderr
        assert "Traceback" not in done.stderr
