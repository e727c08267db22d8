"""What a service is told by its environment."""

import pytest
from pydantic import SecretStr, ValidationError

from chassis import BrokerSettings, ServiceSettings
from chassis._settings import explain_settings

DATABASE = SecretStr("postgresql://u:p@localhost/d")


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("ALLOWED_ORIGINS", "http://a.example, http://b.example,")
    settings = ServiceSettings()
    assert settings.allowed_origins == ("http://a.example", "http://b.example")


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("https://shop.example/", ["https://shop.example"]),
        ("https://Shop.Example:443", ["https://shop.example"]),
        ("HTTP://SHOP.EXAMPLE:80/", ["http://shop.example"]),
        ("http://localhost:3000", ["http://localhost:3000"]),
        ("https://bücher.example", ["https://xn--bcher-kva.example"]),
        ("http://[::1]:8080", ["http://[::1]:8080"]),
        (
            '["https://a.example", "https://b.example/"]',
            ["https://a.example", "https://b.example"],
        ),
        (" , ", []),
        ("", []),
        ("*", ["*"]),
    ],
)
def test_origins_are_written_as_browsers_do(
    monkeypatch: pytest.MonkeyPatch, given: str, origins: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("ALLOWED_ORIGINS", given)
    assert list(ServiceSettings().allowed_origins) == origins


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_ORIGINS", "shop.example"),
        ("ALLOWED_ORIGINS", "https://shop.example/path"),
        ("ALLOWED_ORIGINS", "https://*.example/x"),
        ("ALLOWED_ORIGINS", '"https://shop.example"'),
        ("ALLOWED_ORIGINS", "[https://shop.example"),
        ("ALLOWED_ORIGINS", "https://shop.example:port"),
        ("ALLOWED_ORIGINS", "null"),
        ("USER_SERVICE_URL", "user-service:8001"),
        ("USER_SERVICE_URL", "ftp://user-service"),
        ("TOKEN_URL", "/login"),
        ("TOKEN_URL", "http://localhost:8001/login?x=1"),
        ("DATABASE_URL", "mysql://u:hunter2@localhost/d"),
        ("DATABASE_URL", "hunter2"),
        ("RABBITMQ_URL", "http://u:hunter2@rabbit"),
        ("RABBITMQ_PORT", "0"),
        ("RABBITMQ_PORT", "70000"),
        ("RABBITMQ_PORT", "amqp"),
        ("LOG_LEVEL", "verbose"),
        ("ENVIRONMENT", "staging"),
        ("DATABASE_POOL_SIZE", "0"),
    ],
)
def test_malformed_setting_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://u:p@rabbit/")
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        BrokerSettings()
    [line] = explain_settings(refused.value).splitlines()
    assert line.startswith(f"error: {name}: ")
    assert "hunter2" not in line


def test_empty_setting_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", " postgresql://u:p@localhost/d ")
    for name in ("LOG_LEVEL", "TOKEN_URL", "DATABASE_POOL_SIZE", "ENVIRONMENT"):
        monkeypatch.setenv(name, "")
    settings = ServiceSettings()
    assert (settings.log_level, settings.database_pool_size) == ("INFO", 10)
    assert settings.token_url == "http://localhost:8001/login"
    url = settings.database_url.get_secret_value()
    assert url == "postgresql://u:p@localhost/d"


def test_url_of_peer_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("USER_SERVICE_URL", "HTTP://Users.example:80/base/ ")
    assert ServiceSettings().user_service_url == "http://users.example/base"


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
