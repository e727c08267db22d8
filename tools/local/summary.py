"""The summary that `make up` prints: URLs, passwords and folders."""

import os
from collections.abc import Iterator
from pathlib import Path

from tools.local import prometheus_server
from tools.local.assembly import Assembly
from tools.local.credentials import ADMIN
from tools.local.lifecycle import Platform


def summary(
    platform: Platform, parts: Assembly, without_prometheus: str | None
) -> Iterator[str]:
    """
    Args:
        without_prometheus: the reason why it does not run, if it does not.
    """
    yield ""
    for service, port in platform.service_ports.items():
        url = f"http://localhost:{port}"
        yield f"  {service:<22}{url:<24}{url}/docs"
    yield ""
    yield f"  {'administrator':<22}{_administrator(platform, parts)}"
    yield f"  {'mail':<22}{shown(platform.mail_dir)}"
    yield f"  {'logs':<22}{shown(platform.layout.logs)}"
    url = f"http://localhost:{prometheus_server.PORT}"
    yield f"  {'Prometheus':<22}{without_prometheus or url}"
    yield f"  {'stop':<22}make down"


def shown(path: Path) -> str:
    return os.path.relpath(path)


def _administrator(platform: Platform, parts: Assembly) -> str:
    name = parts.programs["user-service"].environment["ADMIN_USERNAME"]
    password = parts.secrets[ADMIN]
    if os.environ.get("ADMIN_PASSWORD") == password:
        return f"{name}, password as given in ADMIN_PASSWORD"
    if platform.layout.administrator_shown.exists():
        return f"{name}, password in {shown(platform.layout.secrets)}"
    platform.layout.administrator_shown.touch()
    return f"{name}, password {password} (shown only this once)"
