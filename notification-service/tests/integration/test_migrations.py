from alembic import command
from alembic.config import Config

from chassis.testing import noticed_by_the_release_before

# Expected differences, with their reasons.
# Revision 0005 only makes two columns longer; PostgreSQL spells their checks anew.
LONGER = {
    f"0005: notifications{change}": "the column still accepts what the release writes"
    for name in ("channel", "status")
    for change in (
        f".{name} was character varying(16) and is character varying(20)",
        f" no longer has ck_notifications_{name}",
        f" demands ck_notifications_{name}",
    )
}
EXCUSED = LONGER | {
    "0002: notifications demands ck_notifications_erased_is_blank": (
        "older than 1.0.0, the first release"
    ),
}


def test_migrations_go_down_to_nothing_and_up_again(
    database_url: str, alembic_config: Config
) -> None:
    command.upgrade(alembic_config, "head")
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")


def test_migrations_make_what_the_models_describe(
    database_url: str, alembic_config: Config
) -> None:
    command.check(alembic_config)


def test_previous_release_works_on_new_schema(alembic_config: Config) -> None:
    assert set(noticed_by_the_release_before(alembic_config)) == EXCUSED.keys()
