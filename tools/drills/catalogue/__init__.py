"""All drills, one in each module."""

from tools.drills.catalogue import slow_query
from tools.drills.drill import Drill

DRILLS: dict[str, Drill] = {module.DRILL.name: module.DRILL for module in (slow_query,)}
COMPONENTS = sorted({drill.component for drill in DRILLS.values()})
