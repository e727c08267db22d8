"""Checks what prevents a start, before anything is changed."""

import os
from collections.abc import Collection, Mapping

from tools.local.errors import (
    MovedWhileRunning,
    OwnedByAnotherUser,
    PortTaken,
    ServiceMissing,
)
from tools.local.layout import Layout
from tools.local.processes import stranger_at
from tools.local.supervisor import moved_from


def refuse_foreign_root(layout: Layout) -> None:
    root = layout.root
    if root.exists() and os.geteuid() not in {0, root.stat().st_uid}:
        raise OwnedByAnotherUser(
            f"{root} belongs to user {root.stat().st_uid}, and only that user can "
            "start or stop it: run `make clean` as that user (with sudo if it is root)."
        )


def refuse_moved(layout: Layout) -> None:
    if before := moved_from(layout):
        raise MovedWhileRunning(
            f"{before} was moved to {layout.root} while the platform ran, and the "
            "programs still use the old path: `make down` stops them, then `make up` "
            "starts them here."
        )


def refuse_missing(layout: Layout, services: Collection[str]) -> None:
    for service in services:
        for path in (layout.repository / service, layout.repository / "start.sh"):
            if not os.access(path, os.X_OK):
                raise ServiceMissing(
                    f"Cannot start {service}: {path} is missing or not executable."
                )


def refuse_taken(
    layout: Layout, ports: Mapping[str, int], services: Collection[str]
) -> None:
    for service in services:
        if by := stranger_at(ports[service], layout.root):
            raise PortTaken(
                f"Port {ports[service]}, which {service} needs, is in use by "
                f"{by.name}: {by.cure}."
            )
