"""The outbox, failures to log in, and accounts that can be erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOW = sa.func.now()

# The naming convention put `ck_<table>_` before names that had it already.
NAMED_TWICE = {
    "users": ("username", "username_key", "role"),
    "sessions": ("expires_at",),
    "refresh_tokens": ("token_hash", "expires_at"),
}


def timestamp(name: str, **kwargs: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **kwargs)


def upgrade() -> None:
    for table, rules in NAMED_TWICE.items():
        for name in (f"ck_{table}_{rule}" for rule in rules):
            rename_constraint(table, f"ck_{table}_{name}", name)
    op.add_column("users", timestamp("erased_at"))
    op.alter_column("users", "password_hash", nullable=True)
    op.create_check_constraint(
        op.f("ck_users_erased_at"),
        "users",
        "CASE WHEN erased_at IS NULL THEN password_hash IS NOT NULL"
        " ELSE NOT is_active AND num_nulls(email, full_name, password_hash) = 3 END",
    )
    for table in ("sessions", "refresh_tokens"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
    create_failures()
    create_outbox()


def create_failures() -> None:
    op.create_table(
        "account_failures",
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        timestamp("failed_at", nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_account_failures"),
        sa.CheckConstraint(
            "octet_length(account) = 32", name=op.f("ck_account_failures_account")
        ),
        sa.CheckConstraint("failures > 0", name=op.f("ck_account_failures_failures")),
    )
    op.create_index("ix_account_failures_failed_at", "account_failures", ["failed_at"])
    op.create_table(
        "address_failures",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("address", sa.String(50), nullable=False),
        timestamp("failed_at", server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_address_failures"),
    )
    op.create_index(
        "ix_address_failures_address_failed_at",
        "address_failures",
        ["address", "failed_at"],
    )
    op.create_index("ix_address_failures_failed_at", "address_failures", ["failed_at"])


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("exchange", sa.String, nullable=False),
        sa.Column("routing_key", sa.String, nullable=False),
        sa.Column("must_route", sa.Boolean, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("headers", postgresql.JSONB, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        timestamp("created_at", server_default=NOW, nullable=False),
        timestamp("available_at", server_default=NOW, nullable=False),
        timestamp("sent_at"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id"],
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("outbox", "address_failures", "account_failures"):
        op.drop_table(table)
    for table in ("refresh_tokens", "sessions"):
        op.drop_index(f"ix_{table}_expires_at", table)
    op.drop_constraint(op.f("ck_users_erased_at"), "users")
    op.drop_column("users", "erased_at")
    # Looks like a hash of bcrypt's, and is that of no known password.
    op.execute(
        "UPDATE users SET password_hash = '$2b$12$' || repeat('.', 53)"
        " WHERE password_hash IS NULL"
    )
    op.alter_column("users", "password_hash", nullable=False)
    for table, rules in NAMED_TWICE.items():
        for name in (f"ck_{table}_{rule}" for rule in rules):
            rename_constraint(table, name, f"ck_{table}_{name}")


def rename_constraint(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")
