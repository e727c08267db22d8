from app.models import session, user  # noqa: F401 - their tables are to be known
from chassis import Base, run_migrations

run_migrations(Base.metadata)
