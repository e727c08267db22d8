"""Alembic's environment."""

from app.models import Order
from chassis.migrations import run_migrations

run_migrations("order-service", Order.metadata)
