"""With what is done for an order later, the trace of its request goes on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "orders",
        sa.Column("trace_context", JSONB(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("orders", "trace_context")
