"""Notifications, and the inbox of the events that they come from."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def timestamp(name: str, **kwargs: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **kwargs)


def upgrade() -> None:
    create_notifications()
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        timestamp("received_at", server_default=NOW, nullable=False),
    )


def create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("event_type", sa.String, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("order_id", sa.BigInteger),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("body_html", sa.String),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("deferrals", sa.BigInteger, nullable=False),
        sa.Column("error", sa.String),
        timestamp("created_at", server_default=NOW, nullable=False),
        timestamp("sent_at"),
        timestamp("next_attempt_at", server_default=NOW, nullable=False),
        timestamp("claimed_until"),
        check("channel", "channel IN ('email', 'sms', 'push')"),
        check("status", "status IN ('pending', 'sent', 'failed')"),
        check("attempts_not_negative", "attempts >= 0"),
        check("deferrals_not_negative", "deferrals >= 0"),
        check("sent_has_a_time", "(status = 'sent') = (sent_at IS NOT NULL)"),
    )
    op.create_index("ix_notifications_user_id_id", "notifications", ["user_id", "id"])
    op.create_index("ix_notifications_order_id_id", "notifications", ["order_id", "id"])
    op.create_index(
        "ix_notifications_due",
        "notifications",
        ["channel", "next_attempt_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_notifications_{name}"))


def downgrade() -> None:
    op.drop_table("inbox")
    op.drop_table("notifications")
