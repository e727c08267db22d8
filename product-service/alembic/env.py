import app.models  # noqa: F401 - registers the tables
from chassis import Base
from chassis.migrations import run_migrations

run_migrations("product-service", Base.metadata)
