"""Backups: all databases as they are at one moment, and the way back to it.

A backup is a folder with one dump for each service, made while no service runs, so that
what one database says of another is true. Nothing else needs to be in it:

- Redis is a cache.
- What is on its way in RabbitMQ is sent again: outboxes keep what they have sent for
  seven days, and consumers ignore events that they have processed.
- Secrets and signing keys are not data, and are better kept apart from it.
"""

import shutil
from pathlib import Path

from tools.local.dumps import Dumps
from tools.local.errors import NoBackup, PlatformError
from tools.local.lifecycle import STORES, Platform
from tools.local.ports import SERVICE_PORTS
from tools.local.preflight import refuse_taken

BROKER = "rabbitmq"


def back_up(platform: Platform, folder: Path) -> None:
    """Writes a backup; the services are away for the seconds that it takes.

    Where nothing runs, nothing does afterwards.
    """
    if folder.exists():
        raise PlatformError(f"{folder} already exists.")
    services = list(platform.service_ports)
    refuse_taken(platform.layout, platform.service_ports, services)
    ran = platform.runs
    dumps = Dumps(platform.start(only=["postgres"]).postgres)
    scratch = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    try:
        platform.stop(only=services)
        for service in SERVICE_PORTS:
            dumps.write(service, _file(scratch, service))
            platform.report(f"{service} is backed up")
        scratch.rename(folder)
    finally:
        if ran:
            platform.start()
        else:
            platform.stop()


def restore(platform: Platform, folder: Path) -> None:
    """Makes the data what the backup says, and everything else of it nothing."""
    services = list(platform.service_ports)
    missing = [s for s in SERVICE_PORTS if not _file(folder, s).is_file()]
    if missing:
        raise NoBackup(
            f"{folder} is not a backup, because it lacks {', '.join(missing)}."
        )
    refuse_taken(platform.layout, platform.service_ports, services)
    dumps = Dumps(platform.start(only=STORES).postgres)
    platform.stop(only=[*services, "redis", BROKER])
    shutil.rmtree(platform.layout.data(BROKER))
    for service in SERVICE_PORTS:
        dumps.drop(service)
    platform.start(only=["postgres"])  # which makes the databases that are not there
    for service in SERVICE_PORTS:
        dumps.read(service, _file(folder, service))
        dumps.send_again(service)
        platform.report(f"{service} is restored")
    platform.start()


def _file(folder: Path, service: str) -> Path:
    return folder / f"{service}.dump"
