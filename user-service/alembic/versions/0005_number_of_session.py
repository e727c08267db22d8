"""Sessions are numbered, so that lists of them can be read by cursor."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sessions",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
    )
    op.create_index("ix_sessions_user_id_number", "sessions", ["user_id", "number"])


def downgrade() -> None:
    op.drop_index("ix_sessions_user_id_number", "sessions")
    op.drop_column("sessions", "number")
