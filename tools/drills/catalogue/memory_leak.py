"""notification-service keeps memory that it does not need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "notification-service"
LEAK = Path(__file__).parents[1] / "leak" / "sitecustomize.py"
# In containers, where no other path is set.
CHASSIS = "/srv/libs"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    folder = Path(await target.lend(SERVICE, LEAK)).parent
    await target.restart_with(SERVICE, {"PYTHONPATH": f"{folder}:{CHASSIS}"})
    yield


async def mend(target: Target) -> None:
    await target.undo_settings(SERVICE)


DRILL = Drill(
    name="memory-leak",
    component=SERVICE,
    story="a package that was added to the environment of notification-service keeps"
    " more memory all the time, 5 MB a minute in the end",
    alert=Alert("MemoryGrowing", {"service": SERVICE}),
    hints=(
        "Nothing is slow yet. Which resource of which process grows?",
        "Does it still grow a minute later, and do the requests in flight explain it?",
        "The environment of the process has a variable that the other services lack.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "Memory",
        f'process_resident_memory_bytes{{service="{SERVICE}"}} > 28e7',
    ),
    log=Logged(SERVICE, ("Application startup complete",)),
    proof="variables notification-service | diff <(variables user-service) -",
    code=Code("tools/drills/leak/sitecustomize.py", "KEPT.append"),
)
