"""Ends a drill: stops its processes, and mends the platform."""

import asyncio

from tools.drills import own_prometheus, platforms, state
from tools.drills.catalogue import DRILLS
from tools.drills.drill import Drill
from tools.drills.platforms import FILE, ROOT
from tools.drills.process import end
from tools.drills.target import Target
from tools.local.errors import NotRunning

HEALTHY_SECONDS = 120


def stop() -> None:
    """Ends the traffic and mends the platform, also after the drill was killed."""
    incident = state.load(FILE)
    if incident is None:
        print("  No drill is running.")
        return
    print("  Mending the platform.", flush=True)
    end(incident.pid, "tools.drills")
    target = platforms.target(incident.mode)
    try:
        target.require_running()
    except NotRunning:
        raise NotRunning(
            "The platform stopped during a drill and is still broken: `make up`, then"
            " `make drill-stop`."
        ) from None
    asyncio.run(_mend(DRILLS[incident.drill], target))
    platforms.require_healthy(target, HEALTHY_SECONDS)
    own_prometheus.stop(ROOT, incident.prometheus)
    state.clear(FILE)
    print("  The drill is over, and all services are healthy.")


async def _mend(drill: Drill, target: Target) -> None:
    await drill.mend(target)
