from app.models import (  # noqa: F401 - their tables are to be known
    failures,
    messages,
    session,
    user,
)
from chassis import Base
from chassis.migrations import run_migrations

run_migrations("user-service", Base.metadata)
