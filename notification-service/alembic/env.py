"""Alembic's environment."""

from app.models import Notification
from chassis.migrations import run_migrations

run_migrations("notification-service", Notification.metadata)
