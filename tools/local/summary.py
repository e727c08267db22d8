"""The summary that `make up` prints: URLs, passwords and folders."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from tools.local import observers
from tools.local.assembly import Assembly
from tools.local.credentials import ADMIN
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY
from tools.local.storefront import is_built


def summary(platform: Platform, parts: Assembly) -> Iterator[str]:
    yield ""
    yield f"  {'shop':<22}{_shop(platform)}"
    yield ""
    for service, port in platform.service_ports.items():
        url = f"http://localhost:{port}"
        yield f"  {service:<22}{url:<24}{url}/docs"
    yield ""
    yield f"  {'administrator':<22}{_administrator(platform, parts)}"
    yield f"  {'mail':<22}{shown(platform.mail_dir)}"
    yield f"  {'logs':<22}{shown(platform.layout.logs)}"
    yield from observer_lines(platform.layout.root, platform.states())
    yield f"  {'stop':<22}make down"


def observer_lines(root: Path, running: Collection[str]) -> Iterator[str]:
    """Leaves out an observer that is neither installed nor a Debian package."""
    obstacles = observers.obstacles(root)
    for each in observers.OBSERVERS:
        if each.name in running:
            yield f"  {each.title:<22}{each.url}"
        elif each.is_installed or each.package:
            idle = "not running: `make down`, then `make up` starts it too"
            yield f"  {each.title:<22}{obstacles.get(each.name, idle)}"


def _shop(platform: Platform) -> str:
    if not is_built():
        return "not built: `make storefront` builds it"
    return f"http://localhost:{platform.service_ports[GATEWAY]}"


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
