"""Counts the repetitions of a refresh token shortly after its use."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "refresh_tokens",
        sa.Column("reuses", sa.BigInteger, server_default="0", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("refresh_tokens", "reuses")
