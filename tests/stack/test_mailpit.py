"""Mailpit, with the settings of containers, keeps what it has accepted."""

import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from chassis.testing import eventually
from tests.e2e.watch import running
from tools.local import installed
from tools.local.layout import REPOSITORY
from tools.local.ports import HOST, free_ports

pytestmark = pytest.mark.slow


@asynccontextmanager
async def mailpit(folder: Path, smtp: int, page: int) -> AsyncIterator[None]:
    compose = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    settings = compose["services"]["mail"]["environment"] | {
        "MP_DATABASE": str(folder / "mailpit.db"),
        "MP_SMTP_BIND_ADDR": f"{HOST}:{smtp}",
        "MP_UI_BIND_ADDR": f"{HOST}:{page}",
    }
    words = [f"{name}={value}" for name, value in settings.items()]
    with running(["/usr/bin/env", *words, str(installed.mailpit())], folder):
        await eventually(lambda: is_ready(page), within=30)
        yield


async def is_ready(page: int) -> bool:
    with suppress(httpx.TransportError):
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"http://{HOST}:{page}/readyz")
        return answer.status_code == 200
    return False


async def messages(page: int) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://{HOST}:{page}/api/v1/messages")
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


def send(port: int, recipient: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "shop@example.com", recipient
    mail["Subject"] = "Grüße 🌷"
    mail.set_content("Your order is on its way.")
    with smtplib.SMTP(HOST, port, timeout=10) as smtp:
        smtp.send_message(mail)


async def test_mails_survive_a_restart(tmp_path: Path) -> None:
    smtp, page = free_ports(2)
    async with mailpit(tmp_path, smtp, page):
        send(smtp, "ada@example.com")
        send(smtp, "søren@example.com")
    async with mailpit(tmp_path, smtp, page):
        kept = await messages(page)
    assert {each["To"][0]["Address"] for each in kept} == {
        "ada@example.com",
        "søren@example.com",
    }
    assert {each["Subject"] for each in kept} == {"Grüße 🌷"}
