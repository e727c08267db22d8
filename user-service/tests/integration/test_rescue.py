"""The command that creates an administrator when all passwords are lost."""

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
    environment = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "RABBITMQ_URL": settings.rabbitmq_url.get_secret_value(),
        "SIGNING_KEYS_DIR": str(settings.signing_keys_dir),
        "BCRYPT_COST": "4",
    }
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "app.rescue_administrator", name],
        cwd=SERVICE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_rescued_administrator_can_log_in(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    result = rescue(settings, "rescue")
    assert result.returncode == 0, result.stderr
    line = r"administrator rescue, password (\S+) \(.+\)\n"
    printed = re.fullmatch(line, result.stdout)
    assert printed

    response = await log_in(client, "rescue", printed[1])

    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert (await client.get("/users", headers=headers)).status_code == 200


async def test_rescue_explains_invalid_name(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    await register(client, username="taken")

    for name, error in (("Taken", "is taken"), ("no name", "is not a valid username")):
        result = rescue(settings, name)
        assert (result.returncode, result.stdout) == (1, "")
        assert error in result.stderr
        assert "Traceback" not in result.stderr
