"""Adds a function that says whether a user is erased.

It takes the lock of `chassis.ErasedUsers`. A statement does not see an erasure that was
committed while it waited for the lock, but each statement inside of the function does.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION user_is_erased(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(7361002, hashint8(id));
            RETURN EXISTS (SELECT FROM erased_users WHERE user_id = id);
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION user_is_erased(bigint)")
