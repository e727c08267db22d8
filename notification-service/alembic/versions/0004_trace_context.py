"""With the sending of a notification, the trace of its event goes on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notifications",
        sa.Column("trace_context", JSONB(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("notifications", "trace_context")
