"""Following changes, sending again, asking for addresses, forgetting users."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
THIS_TRANSACTION = sa.text("pg_current_xact_id()::text::bigint")
ADDED = ("resends", "address_wanted", "pending_since", "erased_at", "changed_in")


def upgrade() -> None:
    add_columns()
    op.create_check_constraint(
        op.f("ck_notifications_erased_is_blank"),
        "notifications",
        "erased_at IS NULL OR (status <> 'pending' AND recipient = ''"
        " AND subject = '' AND body = '' AND body_html IS NULL)",
    )
    op.create_index(
        "ix_notifications_user_id_changed_in_id",
        "notifications",
        ["user_id", "changed_in", "id"],
    )
    op.create_index(
        "ix_notifications_unaddressed",
        "notifications",
        ["next_attempt_at"],
        postgresql_where=sa.text("address_wanted"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "erased_users",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "erased_at",
            sa.DateTime(timezone=True),
            server_default=NOW,
            nullable=False,
        ),
    )


def add_columns() -> None:
    """Each has a default, so that replicas of the release before can still insert."""
    for column in (
        sa.Column("resends", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("address_wanted", sa.Boolean, server_default="f", nullable=False),
        sa.Column("pending_since", sa.DateTime(timezone=True), server_default=NOW),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("changed_in", sa.BigInteger, server_default="0", nullable=False),
    ):
        op.add_column("notifications", column)
    op.execute("UPDATE notifications SET pending_since = created_at")
    op.alter_column("notifications", "pending_since", nullable=False)
    op.alter_column("notifications", "changed_in", server_default=THIS_TRANSACTION)


def downgrade() -> None:
    op.drop_table("erased_users")
    op.drop_index("ix_inbox_received_at", "inbox")
    op.drop_index("ix_notifications_unaddressed", "notifications")
    op.drop_index("ix_notifications_user_id_changed_in_id", "notifications")
    op.drop_constraint(op.f("ck_notifications_erased_is_blank"), "notifications")
    for name in ADDED:
        op.drop_column("notifications", name)
