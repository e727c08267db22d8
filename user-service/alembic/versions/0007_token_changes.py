"""Sessions and users name the transaction that changed them last.

Other services ask which sessions have changed since they last asked. Triggers note the
transaction, so that this includes the changes of the previous release, whose replicas
still run during an upgrade, and those that an administrator makes with SQL.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTE_TRANSACTION = """
CREATE OR REPLACE FUNCTION note_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$
"""
# A refresh changes its session too, but not whether its access tokens are valid.
TRIGGERS = {
    "sessions": """
CREATE OR REPLACE TRIGGER note_transaction BEFORE UPDATE ON sessions FOR EACH ROW
WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
EXECUTE FUNCTION note_transaction()
""",
    "users": """
CREATE OR REPLACE TRIGGER note_transaction BEFORE UPDATE ON users FOR EACH ROW
EXECUTE FUNCTION note_transaction()
""",
}


def upgrade() -> None:
    """Commits each step, which locks one table only, and can be repeated.

    Held together, the locks would deadlock with queries that join the two tables.
    """
    with op.get_context().autocommit_block():
        op.execute(NOTE_TRANSACTION)
        for table, trigger in TRIGGERS.items():
            column = sa.Column("changed_in", sa.BigInteger)
            op.add_column(table, column, if_not_exists=True)
            op.create_index(
                f"ix_{table}_changed_in",
                table,
                ["changed_in"],
                postgresql_where=sa.text("changed_in IS NOT NULL"),
                if_not_exists=True,
            )
            op.execute(trigger)


def downgrade() -> None:
    for table in TRIGGERS:
        op.execute(f"DROP TRIGGER note_transaction ON {table}")
        op.drop_index(f"ix_{table}_changed_in", table)
        op.drop_column(table, "changed_in")
    op.execute("DROP FUNCTION note_transaction()")
