"""Text in NFC, trimmed, and each e-mail address in one spelling."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import normalize_column, respelt_addresses

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    normalize_column("orders", "customer_name", 255)
    normalize_column("orders", "shipping_address", 500)
    normalize_column("order_items", "product_name", 255)
    # The first condition finds the index.
    respell = sa.text(
        "UPDATE orders SET customer_email = :new"
        " WHERE lower(customer_email) = lower(:old) AND customer_email = :old"
    )
    for old, new in respelt_addresses("orders", "customer_email").items():
        op.execute(respell.bindparams(old=old, new=new))


def downgrade() -> None:
    """The texts stay: they read the same."""
