"""All drills, one in each module of this folder."""

from importlib import import_module
from pkgutil import iter_modules

from tools.drills.drill import Drill

MODULES = [
    import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)
]
DRILLS: dict[str, Drill] = {module.DRILL.name: module.DRILL for module in MODULES}
COMPONENTS = sorted({drill.component for drill in DRILLS.values()})
