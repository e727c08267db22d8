"""Text in NFC, trimmed, and each e-mail address in one spelling."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import normalize_column, respelt_addresses

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    normalize_column("users", "full_name", 255)
    # If two accounts would have one address now, the second keeps its spelling.
    respell = sa.text(
        "UPDATE users SET email = :new WHERE email = :old"
        " AND char_length(:new) <= 254 AND NOT EXISTS"
        " (SELECT FROM users other WHERE lower(other.email) = lower(:new)"
        " AND other.email <> :old)"
    )
    for old, new in respelt_addresses("users", "email").items():
        op.execute(respell.bindparams(old=old, new=new))


def downgrade() -> None:
    """The texts stay: they read the same."""
