"""The interface for Alembic's environments and revisions.

Apart from the rest of the chassis, because a service whose database has the newest
schema starts without importing Alembic.
"""

from chassis._database.migrations import run_migrations
from chassis._database.text_migration import normalize_column, respelt_addresses

__all__ = ["normalize_column", "respelt_addresses", "run_migrations"]
