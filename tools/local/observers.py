"""The observers of local mode; each runs if it is installed and its ports are free."""

from collections.abc import Mapping
from pathlib import Path

from tools.local import alloy_agent, jaeger_server, loki_server, prometheus_server
from tools.local.observer import Ports

OBSERVERS = (
    prometheus_server.OBSERVER,
    jaeger_server.OBSERVER,
    loki_server.OBSERVER,
    alloy_agent.OBSERVER,
)


def obstacles(root: Path) -> dict[str, str]:
    """Returns why an observer cannot run, for each one that cannot."""
    found: dict[str, str] = {}
    for observer in OBSERVERS:
        if reason := observer.obstacle(root):
            found[observer.name] = reason
        elif observer.needs in found:
            found[observer.name] = f"not running: it needs {observer.needs}"
    return found


def unobstructed(root: Path) -> Mapping[str, Ports]:
    """Returns the ports of each observer that can run."""
    names = {each.name for each in OBSERVERS} - obstacles(root).keys()
    return {each.name: each.ports for each in OBSERVERS if each.name in names}
