"""What a service is told by its environment."""

import pytest
from pydantic import SecretStr, ValidationError

from chassis import BrokerSettings, ServiceSettings

DATABASE = SecretStr("postgresql://u:p@localhost/d")


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("ALLOWED_ORIGINS", "http://a.example, http://b.example,")
    settings = ServiceSettings()
    assert settings.allowed_origins == ("http://a.example", "http://b.example")


def test_a_level_may_be_written_in_small_letters() -> None:
    settings = ServiceSettings(database_url=DATABASE, log_level="info")
    assert settings.log_level == "INFO"


def test_the_broker_is_named_by_a_url() -> None:
    url = SecretStr("amqp://u:p@rabbit:5672/")
    settings = BrokerSettings(database_url=DATABASE, rabbitmq_url=url)
    assert settings.broker_url == "amqp://u:p@rabbit:5672/"


def test_the_broker_is_named_by_its_parts() -> None:
    settings = BrokerSettings(
        database_url=DATABASE,
        rabbitmq_host="rabbit",
        rabbitmq_user="a user",
        rabbitmq_password=SecretStr("p/w"),
    )
    assert settings.broker_url == "amqp://a%20user:p%2Fw@rabbit:5672/"


def test_there_are_no_default_credentials() -> None:
    with pytest.raises(ValidationError, match="RABBITMQ_URL"):
        BrokerSettings(database_url=DATABASE)
    with pytest.raises(ValidationError, match="database_url"):
        ServiceSettings()


def test_an_error_in_the_settings_shows_no_secret() -> None:
    with pytest.raises(ValidationError) as error:
        ServiceSettings.model_validate({"database_url": {"p": "hunter2"}})
    assert "hunter2" not in str(error.value)
