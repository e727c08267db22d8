"""The price that the customer agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_items", sa.Column("agreed_price", sa.Numeric(10, 2)))


def downgrade() -> None:
    op.drop_column("order_items", "agreed_price")
