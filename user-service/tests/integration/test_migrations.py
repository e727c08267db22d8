"""The migrations create the schema of the models, and can be reversed."""

import psycopg
from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# Changes that break the previous release, with the reason why each is allowed.
ALLOWED = {
    "0002: users demands ck_users_erased_at": "older than 1.0.0, the first release",
    "0002: users.password_hash may be null": "older than 1.0.0, the first release",
    "0007: sessions demands note_transaction": "the trigger writes a new column only",
    "0007: users demands note_transaction": "the trigger writes a new column only",
}


def test_migrations_run_down_and_up_without_drift(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


def test_previous_release_works_on_new_schema(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == ALLOWED.keys()


def test_text_migration_keeps_conflicting_addresses(
    database_url: str, alembic_config: Config
) -> None:
    command.downgrade(alembic_config, "0005")
    addresses = {
        "one": "z@xn--bcher-kva.example",
        "two": "z@bu\u0308cher.example",
        "three": "ada@example.com",
        "four": "zoe\u0308@example.com",
    }
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        for name, address in addresses.items():
            connection.execute(
                "INSERT INTO users (username, username_key, email, full_name,"
                " password_hash, role) VALUES (%s, %s, %s, %s, 'x', 'customer')",
                (name, name, address, " Zoe\u0308\u00a0"),
            )
    command.upgrade(alembic_config, "head")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT username, email, full_name FROM users")
        found = {name: (email, full_name) for name, email, full_name in rows}
        connection.execute("TRUNCATE users CASCADE")
    twins = {found["one"][0], found["two"][0]}
    assert "z@bücher.example" in twins
    assert len(twins) == 2
    assert found["four"] == ("zoë@example.com", "Zoë")
    assert found["three"][0] == "ada@example.com"
