"""`make doctor`: what of this machine is in the way of the platform, a line each."""

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil

from tools.local.docker_findings import docker_versions
from tools.local.errors import ProgramMissing
from tools.local.findings import Finding
from tools.local.installed import missing
from tools.local.port_findings import docker_ports, local_ports
from tools.local.ports import HOST
from tools.local.storefront import is_built

LEAST_MEMORY = 1024**3
LEAST_DISK = 2 * 1024**3
SLOW_LOOKUP_SECONDS = 1.0
PYTHONS = ((3, 11), (3, 14))


def memory(_: Path) -> Iterator[Finding]:
    free = psutil.virtual_memory().available
    advice = None if free >= LEAST_MEMORY else "end other programs; 1 GiB is needed"
    yield Finding("memory", f"{free / 1024**3:.1f} GiB available", advice)


def disk(root: Path) -> Iterator[Finding]:
    there = existing(root)
    free = shutil.disk_usage(there).free
    advice = None if free >= LEAST_DISK else "free some space; 2 GiB are needed"
    yield Finding("disk", f"{free / 1024**3:.1f} GiB free at {there}", advice)
    if not os.access(there, os.W_OK):
        yield Finding("disk", f"{there} cannot be written to", "mount it writable")


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return path if path.exists() else existing(path.parent)


def python(_: Path) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    first, last = PYTHONS
    is_supported = first <= sys.version_info[:2] <= last
    advice = (
        None if is_supported else "PYTHON=/path/to/python3 names one of 3.11 to 3.14"
    )
    yield Finding("Python", version, advice)


def programs(_: Path) -> Iterator[Finding]:
    try:
        lacking = missing(for_tests=False)
    except (ProgramMissing, OSError) as error:
        lacking = {"": str(error)}
    for package, complaint in lacking.items():
        yield Finding("program", complaint, f"install {package}")
    if not lacking:
        yield Finding("programs", "PostgreSQL, Redis and RabbitMQ are installed")


def proxy(_: Path) -> Iterator[Finding]:
    names = [
        name for name in ("http_proxy", "HTTP_PROXY", "all_proxy") if name in os.environ
    ]
    near = os.environ.get("no_proxy", "") + os.environ.get("NO_PROXY", "")
    is_bad = bool(names) and "localhost" not in near and "*" not in near
    advice = "add localhost,127.0.0.1,::1 to no_proxy" if is_bad else None
    yield Finding("proxy", ", ".join(names) or "none", advice)


def name_service(_: Path) -> Iterator[Finding]:
    begun = time.monotonic()
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo("localhost", None)}
    except OSError:
        found = set()
    is_slow = time.monotonic() - begun > SLOW_LOOKUP_SECONDS
    seen = f"localhost is {', '.join(map(str, sorted(found))) or 'unknown'}"
    advice = None if HOST in found else f"add '{HOST} localhost' to /etc/hosts"
    if is_slow:
        advice = "the name server does not answer; add localhost to /etc/hosts"
    yield Finding("names", seen, advice)


def storefront(_: Path) -> Iterator[Finding]:
    yield Finding("storefront", "built" if is_built() else "`make up` will build it")


Check = Callable[[Path], Iterator[Finding]]
CHECKS: Mapping[str, tuple[Check, ...]] = {
    "local": (
        *(memory, disk, local_ports, python, programs, storefront),
        *(proxy, name_service),
    ),
    "docker": (
        *(memory, disk, docker_versions, docker_ports),
        *(python, proxy, name_service),
    ),
}


def examine(root: Path, mode: str = "local") -> list[Finding]:
    return [finding for check in CHECKS[mode] for finding in check(root)]


def report(root: Path, mode: str) -> int:
    """Prints every finding; returns the exit status, 1 if one of them is bad."""
    findings = examine(root, mode)
    print(*findings, sep="\n")
    return 1 if any(finding.advice for finding in findings) else 0
