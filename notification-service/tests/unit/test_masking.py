import logging

import pytest
import structlog

from app.config.masking import masked
from app.main import create_app
from tests.factories.settings import some_settings


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("to ada@example.com", "to ***@example.com"),
        ("<ada.b+c@mail.example.com>: 550", "<***@mail.example.com>: 550"),
        ("\nzoë@example.com,bob@example.org\n", "\n***@example.com,***@example.org\n"),
        ("to='ada@localhost'", "to='***@localhost'"),
        ("an @ alone, user:3", "an @ alone, user:3"),
    ],
)
def test_addresses_are_masked(said: str, logged: str) -> None:
    assert masked(None, "", {"event": said, "attempt": 1}) == {
        "event": logged,
        "attempt": 1,
    }


def test_whatever_is_logged_and_by_whom_ever_has_no_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    create_app(some_settings("postgresql://db/notifications", "amqp://broker/"))
    try:
        int("ada@example.com")
    except ValueError:
        structlog.get_logger("ours").exception("broke", recipient="ada@example.com")
    logging.getLogger("theirs").warning("refused %s", "ada@example.com")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert "***@example.com" in line
        assert "ada@" not in line
