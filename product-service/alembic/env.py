import app.models  # noqa: F401 - registers the tables
from chassis import Base, run_migrations

run_migrations("product-service", Base.metadata)
