"""Identifiers that fail from anywhere, and the addresses that accounts have used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identifier_failures",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("identifier", sa.LargeBinary, nullable=False),
        sa.Column("failed_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identifier_failures"),
    )
    op.create_index(
        "ix_identifier_failures_identifier_failed_at",
        "identifier_failures",
        ["identifier", "failed_at"],
    )
    op.create_index(
        "ix_identifier_failures_failed_at", "identifier_failures", ["failed_at"]
    )
    op.create_table(
        "slowed_identifiers",
        sa.Column("identifier", sa.LargeBinary, nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("identifier", name="pk_slowed_identifiers"),
    )
    op.create_index(
        "ix_slowed_identifiers_checked_at", "slowed_identifiers", ["checked_at"]
    )
    create_known_addresses()


def create_known_addresses() -> None:
    op.create_table(
        "known_addresses",
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("address_hash", sa.LargeBinary, nullable=False),
        sa.Column("used_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "address_hash", name="pk_known_addresses"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_known_addresses_user_id_users"
        ),
        sa.CheckConstraint(
            "octet_length(address_hash) = 32", name=op.f("ck_known_addresses_hash")
        ),
    )
    op.create_index("ix_known_addresses_used_at", "known_addresses", ["used_at"])


def downgrade() -> None:
    for table in ("known_addresses", "slowed_identifiers", "identifier_failures"):
        op.drop_table(table)
