"""All drills, one in each module."""

from tools.drills.catalogue import (
    changed_password,
    connection_limit,
    full_disk,
    hung_broker,
    lock_held,
    memory_leak,
    missing_privilege,
    poison_message,
    refused_queue,
    slow_query,
    throttled_cpu,
    unusable_key,
    wrong_clock,
    wrong_secret,
)
from tools.drills.drill import Drill

MODULES = (
    changed_password,
    connection_limit,
    full_disk,
    hung_broker,
    lock_held,
    memory_leak,
    missing_privilege,
    poison_message,
    refused_queue,
    slow_query,
    throttled_cpu,
    unusable_key,
    wrong_clock,
    wrong_secret,
)
DRILLS: dict[str, Drill] = {module.DRILL.name: module.DRILL for module in MODULES}
COMPONENTS = sorted({drill.component for drill in DRILLS.values()})
