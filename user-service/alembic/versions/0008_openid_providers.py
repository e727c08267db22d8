"""Users of OpenID Connect providers, and the sessions that end there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "provider_identities",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("revoked_until", TIME),
        sa.Column("revoked_without_sid_until", TIME),
        sa.Column("detached_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_provider_identities"),
        sa.UniqueConstraint("user_id", name="uq_provider_identities_user_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_provider_identities_user_id_users"
        ),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (detached_at IS NULL)",
            name=op.f("ck_provider_identities_detached_at"),
        ),
    )
    op.create_index(
        "ix_provider_identities_detached_at", "provider_identities", ["detached_at"]
    )
    create_marks("ended_provider_sessions", "ended_at")
    create_marks("used_logout_tokens", "used_at")
    op.add_column("sessions", sa.Column("provider_session", sa.Uuid))
    op.create_index(
        "ix_sessions_provider_session",
        "sessions",
        ["provider_session"],
        postgresql_where=sa.text("provider_session IS NOT NULL"),
    )


def create_marks(table: str, time: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column(time, TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_{time}", table, [time])


def downgrade() -> None:
    op.drop_index("ix_sessions_provider_session", "sessions")
    op.drop_column("sessions", "provider_session")
    for table in ("used_logout_tokens", "ended_provider_sessions"):
        op.drop_table(table)
    op.drop_table("provider_identities")
