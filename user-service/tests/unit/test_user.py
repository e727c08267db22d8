"""The rules of accounts."""

import pytest

from app.errors import AccountErased, UsernameTaken
from app.models.user import User
from tests.factories import NOW, make_user


@pytest.fixture
def erased() -> User:
    user = make_user(username="Ada", email="ada@example.com", full_name="Ada L.")
    user.id = 7
    user.erase(NOW)
    return user


def test_erased_account_has_no_personal_data(erased: User) -> None:
    assert (erased.username, erased.username_key) == ("erased-7", "erased-7")
    assert (erased.email, erased.full_name, erased.password_hash) == (None, None, None)
    assert (erased.is_active, erased.erased_at) == (False, NOW)


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        ("change_email", ["ada@example.com"]),
        ("change_full_name", ["Ada"]),
        ("change_password", ["x" * 60]),
        ("change_role", ["admin"]),
        ("activate", []),
        ("erase", [NOW]),
    ],
)
def test_erased_account_rejects_changes(
    erased: User, change: str, arguments: list[object]
) -> None:
    with pytest.raises(AccountErased):
        getattr(erased, change)(*arguments)


@pytest.mark.parametrize("username", ["erased-1", "ERASED-42"])
def test_usernames_of_erased_accounts_are_reserved(username: str) -> None:
    with pytest.raises(UsernameTaken):
        make_user(username=username)


@pytest.mark.parametrize("username", ["erased-", "erased-1a", "erased"])
def test_similar_usernames_are_not_reserved(username: str) -> None:
    assert make_user(username=username).username == username
