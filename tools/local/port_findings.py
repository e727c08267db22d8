"""Finds out who uses each port of the platform."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.local.findings import Finding
from tools.local.layout import REPOSITORY
from tools.local.observer import Observer
from tools.local.observers import OBSERVERS
from tools.local.ports import PORTS, listener
from tools.local.processes import Stranger, stranger_at


def local_ports(root: Path) -> Iterator[Finding]:
    for service, port in PORTS.items():
        by = stranger_at(port, root)
        yield _finding(port, service, by, is_own=by is None and listener(port)[0])
    for observer in OBSERVERS:
        if observer.is_installed or observer.package:
            yield from _ports_of_observer(observer, root)


def _ports_of_observer(observer: Observer, root: Path) -> Iterator[Finding]:
    for port in observer.ports.values():
        by = stranger_at(port, root)
        if by is None:
            yield _finding(port, observer.name, None, is_own=listener(port)[0])
        else:
            seen = (
                f"{port} is in use by {by.name}: everything but {observer.title} works"
            )
            yield Finding("port", seen)


def docker_ports(_: Path) -> Iterator[Finding]:
    try:
        parts = json.loads(_compose("config", "--format", "json"))["services"]
        containers = _compose("ps", "--format", "json").splitlines()
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        advice = "start Docker, or use MODE=local, which needs none"
        yield Finding("docker", "`docker compose` does not answer", advice)
        return
    own = set(_published(containers))
    for name, part in parts.items():
        for mapping in part.get("ports", ()):
            port = int(mapping["published"])
            is_own = port in own
            by = None if is_own else stranger_at(port, None)
            yield _finding(port, name, by, is_own=is_own)


def _compose(*words: str) -> str:
    return subprocess.run(  # noqa: S603 -- every word is our own
        ["docker", "compose", *words],  # noqa: S607
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout


def _published(containers: list[str]) -> Iterator[int]:
    for line in containers:
        container: Mapping[str, Any] = json.loads(line)
        for publisher in container.get("Publishers") or ():
            yield publisher["PublishedPort"]


def _finding(port: int, part: str, by: Stranger | None, *, is_own: bool) -> Finding:
    if by:
        advice = f"{part} needs it; {by.cure}"
        return Finding("port", f"{port} is in use by {by.name}", advice)
    if is_own:
        return Finding("port", f"{port} is used by {part} of this platform")
    return Finding("port", f"{port} is free for {part}")
