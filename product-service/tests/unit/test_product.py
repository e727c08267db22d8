"""Only owners change a product, and every change is counted."""

import pytest

from app.errors import NotTheOwner
from tests.factories import OWNER, product, user


def test_other_user_is_refused() -> None:
    with pytest.raises(NotTheOwner):
        product().require_owner(user(OWNER + 1))


def test_administrator_may_do_what_owner_may() -> None:
    product().require_owner(user(OWNER + 1, "admin"))


def test_edit_increases_version() -> None:
    lamp = product()
    lamp.edit(name="Lantern")
    assert (lamp.name, lamp.version) == ("Lantern", 2)


def test_cleared_tags_are_empty_list() -> None:
    lamp = product(tags=["brass"])
    lamp.edit(tags=None)
    assert lamp.tags == []


def test_withdrawal_increases_version() -> None:
    lamp = product()
    lamp.withdraw()
    assert lamp.version == 2
    assert lamp.withdrawn_at is not None
