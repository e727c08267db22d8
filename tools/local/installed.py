"""Finds the stores' programs, and the Debian packages of the missing ones.

`python -m tools.local.installed REQUIREMENTS...` prints those packages. bootstrap.sh
runs it before anything is installed, so this module needs only the standard library.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.local.errors import ProgramMissing

# Debian's rabbitmq-server on the PATH switches to the user of the system's broker; this
# is the program that it runs then.
RABBITMQ_SERVERS = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server",
)
BROWSERS = (
    "chromium",
    "google-chrome",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def postgres_directory(major: int | None = None) -> Path:
    """The directory of the newest PostgreSQL server, or of the one asked for."""
    servers = _postgres_servers()
    if not servers:
        raise ProgramMissing("No PostgreSQL server: install PostgreSQL 15 or newer.")
    if major is None:
        return servers[max(servers)]
    if major not in servers:
        raise ProgramMissing(
            f"The data was made by PostgreSQL {major}, which is no longer installed: "
            "install it again, or delete the data with `make clean`."
        )
    return servers[major]


def redis_server() -> Path:
    if found := shutil.which("redis-server") or shutil.which("valkey-server"):
        return Path(found)
    raise ProgramMissing("No Redis server: install Redis 7 or newer (redis-server).")


def rabbitmq_server() -> Path:
    found = [path for pattern in RABBITMQ_SERVERS for path in glob.glob(pattern)]
    if on_path := shutil.which("rabbitmq-server"):
        found.append(on_path)
    if not found:
        raise ProgramMissing("No RabbitMQ: install RabbitMQ 3.10 or newer.")
    return Path(found[0])


def prometheus() -> Path:
    return _on_path("prometheus")


def promtool() -> Path:
    return _on_path("promtool")


def alertmanager() -> Path:
    """Debian has another name for it than everybody else."""
    name = "prometheus-alertmanager"
    return _on_path(name if shutil.which(name) else "alertmanager")


def amtool() -> Path:
    return _on_path("amtool")


def loki() -> Path:
    return _released("loki")


def alloy() -> Path:
    return _released("alloy")


def jaeger() -> Path:
    return _released("jaeger")


def mailpit() -> Path:
    return _released("mailpit")


def chromium() -> Path:
    """Debian's, or any other browser of the family: Ubuntu and macOS have others."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    raise ProgramMissing("No Chromium: install Chromium or Google Chrome.")


def wrk() -> Path:
    if found := shutil.which("wrk"):
        return Path(found)
    raise ProgramMissing("No wrk: install wrk, which makes the load of benchmarks.")


def _released(name: str) -> Path:
    """The program that the variable names (`LOKI=`), or the one on the path.

    Debian has none of these; its own programs called loki and alloy are other ones.
    """
    named = os.environ.get(name.upper(), "").strip()
    if found := shutil.which(named or name):
        return Path(found).absolute()
    missing = named or name
    raise ProgramMissing(f"No {missing}: install its release, or set {name.upper()}=.")


def _on_path(name: str) -> Path:
    if found := shutil.which(name):
        return Path(found)
    raise ProgramMissing(f"No {name}: install Prometheus and its Alertmanager.")


def _postgres_servers() -> dict[int, Path]:
    """By major version. A directory with psql alone does not count."""
    directories = [
        *glob.glob("/usr/lib/postgresql/*/bin"),
        *glob.glob("/usr/pgsql-*/bin"),
        *os.get_exec_path(),
    ]
    servers: dict[int, Path] = {}
    for directory in map(Path, directories):
        if all(os.access(directory / name, os.X_OK) for name in ("initdb", "postgres")):
            servers.setdefault(_postgres_major(directory / "postgres"), directory)
    return servers


def _postgres_major(program: Path) -> int:
    answer = subprocess.check_output([program, "--version"], text=True)  # noqa: S603 -- found by ourselves
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(version[1]) if version else 0


# The platform runs without them; alerts, pages and costs cannot be tested without them.
TESTED_WITH = {
    "prometheus": promtool,
    "prometheus-alertmanager": amtool,
    "chromium": chromium,
    "wrk": wrk,
}


def missing(for_tests: bool) -> dict[str, str]:
    """Returns the complaint about each missing program, by its Debian package."""
    needed = {
        "postgresql": postgres_directory,
        "redis-server": redis_server,
        "rabbitmq-server": rabbitmq_server,
        **(TESTED_WITH if for_tests else {}),
    }
    found: dict[str, str] = {}
    for package, find in needed.items():
        try:
            find()
        except ProgramMissing as error:
            found[package] = str(error)
    return found


if __name__ == "__main__":
    for_tests = "requirements-dev.txt" in sys.argv
    for package, complaint in missing(for_tests).items():
        print(package, complaint)
