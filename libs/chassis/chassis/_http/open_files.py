"""The number of files that the process may have open."""

import resource
import sys

# Each connection is an open file, and a stream by way of the gateway needs two there.
# Many shells allow 1,024.
ENOUGH = 8_192
# A process of notification-service holds 2,000 streams, and serves others beside them.
MAX_CONNECTIONS = 3_000
# For databases, brokers, logs and listeners.
OWN_FILES = 128


def allow_open_files() -> None:
    """Raises the limit as far as the process may, and warns if that is too little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= ENOUGH:
        return
    allowed = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < ENOUGH:
        print(
            f"warning: only {allowed} files may be open, which limits connections;"
            f" raise the hard limit (ulimit -Hn) to {ENOUGH}",
            file=sys.stderr,
        )


def max_connections() -> int:
    """Returns how many connections of clients may be open.

    The gateway needs a second file for each, to a service.
    """
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(MAX_CONNECTIONS, max(1, (allowed - OWN_FILES) // 2))
