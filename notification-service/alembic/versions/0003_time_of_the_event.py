"""Stores the time of the event, to measure the delay of its notification."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("event_time", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("notifications", "event_time")
