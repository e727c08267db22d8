"""Addresses are found whatever their case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_orders_customer_email_id"


def upgrade() -> None:
    op.drop_index(INDEX, "orders")
    op.create_index(INDEX, "orders", [sa.text("lower(customer_email)"), "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "orders")
    op.create_index(INDEX, "orders", ["customer_email", "id"])
