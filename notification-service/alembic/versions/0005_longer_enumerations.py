"""Channel and status get the length that enumerations have in every service."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # PostgreSQL only changes its catalogue: no row is rewritten.
    for column in ("channel", "status"):
        op.alter_column("notifications", column, type_=sa.String(20))


def downgrade() -> None:
    for column in ("channel", "status"):
        op.alter_column("notifications", column, type_=sa.String(16))
