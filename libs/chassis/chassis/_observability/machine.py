"""The disk and the clock of the machine, as this process sees them."""

import shutil
import time

from prometheus_client import Gauge

DISK_FREE = Gauge("disk_free_bytes", "Free space on the disk of the service")
DISK_SIZE = Gauge("disk_size_bytes", "Size of the disk of the service")
CLOCK = Gauge("clock_seconds", "Time by the service's clock, in seconds since 1970")


def measure_machine() -> None:
    """Reports disk and clock in each scrape."""
    DISK_FREE.set_function(lambda: shutil.disk_usage(".").free)
    DISK_SIZE.set_function(lambda: shutil.disk_usage(".").total)
    CLOCK.set_function(time.time)
