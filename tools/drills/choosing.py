"""Chooses the drill that `make drill` begins."""

import random
from collections.abc import Sequence

from tools.drills.catalogue import DRILLS
from tools.drills.drill import Drill
from tools.drills.pager import Page
from tools.local.errors import PlatformError


def choose(name: str, before: Sequence[Page], *, sees_gateway: bool) -> Drill:
    """Returns a drill whose alert does not fire yet, perhaps from another drill.

    Args:
        name: that of the drill; empty for any.
        before: the alerts that fire already.
        sees_gateway: whether Prometheus has the metrics of the gateway.

    Raises:
        PlatformError: there is no such drill, or it cannot run here and now.
    """

    def fires(drill: Drill) -> bool:
        return any(page.is_of(drill.alert) for page in before)

    if not name:
        possible = [
            drill
            for drill in DRILLS.values()
            if not (_obstacle(drill, sees_gateway=sees_gateway) or fires(drill))
        ]
        if not possible:
            raise PlatformError("The alerts of all drills fire already: wait for them.")
        return random.choice(possible)
    if name not in DRILLS:
        raise PlatformError(f"DRILL must be one of {', '.join(sorted(DRILLS))}")
    drill = DRILLS[name]
    if (reason := _obstacle(drill, sees_gateway=sees_gateway)) is not None:
        raise PlatformError(f"{name} cannot run here: {reason}")
    if fires(drill):
        raise PlatformError(
            f"The alert of {name} fires already: wait until it is over."
        )
    return drill


def _obstacle(drill: Drill, *, sees_gateway: bool) -> str | None:
    if drill.through_gateway and not sees_gateway:
        return (
            "only the platform's Prometheus has the metrics of the gateway, and"
            " `docker compose up --detach prometheus` starts it"
        )
    return drill.obstacle()
