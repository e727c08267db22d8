"""Wrong settings are rejected in a sentence; right ones are normalised."""

import pytest
from pydantic import ValidationError

from chassis import BrokerSettings, DatabaseSettings, load_settings
from tests.refused_settings import refusal

pytestmark = pytest.mark.usefixtures("required_settings")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USER_SERVICE_URL", "user-service:8001"),
        ("USER_SERVICE_URL", "ftp://user-service"),
        ("USER_SERVICE_URL", "http://user-service:8001\\x"),
        ("USER_SERVICE_URL", "http://ada:hunter2@user-service"),
        ("TOKEN_URL", "/login"),
        ("TOKEN_URL", "http://localhost:8001/login?x=1"),
        ("TOKEN_URL", "http://a b/login"),
        ("TOKEN_URL", "http://localhost:8001/log in"),
        ("TOKEN_URL", "http://localhost:8001/<login>"),
        ("TOKEN_URL", "http://localhost:8001/login%2"),
        ("DATABASE_URL", "mysql://u:hunter2@localhost/d"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://u:hunter2@/d"),
        ("DATABASE_URL", "postgresql://u:hunter2@:5432/d"),
        ("DATABASE_URL", "postgresql://u:hunter2@db"),
        ("DATABASE_URL", "postgresql://u:hunter2@db/d?colour=red"),
        ("DATABASE_URL", "postgresql://u:hunter2@db one/d"),
        ("DATABASE_URL", "postgresql://u:hunter2@db/d?service=nowhere"),
        ("DATABASE_URL", "postgresql:///d?host=a,b&port=1,2,3"),
        ("RABBITMQ_URL", "http://u:hunter2@rabbit"),
        ("RABBITMQ_URL", "amqp://"),
        ("RABBITMQ_URL", "amqp:///"),
        ("RABBITMQ_URL", "amqp://u:hunter2@:5672/"),
        ("RABBITMQ_URL", "amqp://u:hunter2@::1:5672/"),
        ("RABBITMQ_URL", "amqp://u:hunter2@rabbit/?heartbeat=often"),
        ("RABBITMQ_URL", "amqp://u:hunter2@rabbit/?name=x&timeout="),
        ("RABBITMQ_URL", "amqps://u:hunter2@rabbit/?cafile=/nowhere.pem"),
        ("RABBITMQ_URL", "amqps://u:hunter2@rabbit/?certfile=/tmp&keyfile=/tmp"),
        ("RABBITMQ_HOST", "rabbit:5672"),
        ("RABBITMQ_HOST", "a b"),
        ("RABBITMQ_HOST", "amqp://rabbit"),
        ("RABBITMQ_HOST", "u:hunter2@rabbit"),
        ("RABBITMQ_HOST", "rabbit/"),
        ("RABBITMQ_HOST", "[rabbit]"),
        ("RABBITMQ_HOST", "[::1]:5672"),
        ("RABBITMQ_HOST", "::1::2"),
        ("RABBITMQ_USER", "a\tuser"),
        ("RABBITMQ_PORT", "0"),
        ("RABBITMQ_PORT", "70000"),
        ("RABBITMQ_PORT", "amqp"),
        ("RABBITMQ_PORT", "5_672"),
        ("RABBITMQ_PORT", "5672.0"),
        ("LOG_LEVEL", "verbose"),
        ("ENVIRONMENT", "staging"),
        ("ENVIRONMENT", "prod"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "1_0"),
        ("DATABASE_POOL_SIZE", "+5"),
        ("DATABASE_POOL_SIZE", "-5"),
        ("DATABASE_POOL_SIZE", "1e1"),
        ("DATABASE_POOL_SIZE", "\u0665"),
        ("DATABASE_POOL_SIZE", "9" * 5_000),
    ],
)
def test_malformed_setting_is_rejected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    refusal(monkeypatch, name, value)


@pytest.mark.parametrize("blank", ["", " ", "\t "])
def test_blank_setting_means_the_default(
    monkeypatch: pytest.MonkeyPatch, blank: str
) -> None:
    names = (
        *("LOG_LEVEL", "TOKEN_URL", "DATABASE_POOL_SIZE", "ENVIRONMENT"),
        *("ALLOWED_ORIGINS", "RABBITMQ_HOST", "RABBITMQ_PORT"),
    )
    for name in names:
        monkeypatch.setenv(name, blank)
    settings = load_settings(BrokerSettings)
    assert (settings.log_level, settings.database_pool_size) == ("INFO", 10)
    assert (settings.environment, settings.allowed_origins) == ("development", ())
    assert settings.token_url == "http://localhost:8001/login"
    assert (settings.rabbitmq_host, settings.rabbitmq_port) == ("localhost", 5672)


def test_blank_required_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, "DATABASE_URL", "  ") == (
        "error: DATABASE_URL: is required, such as"
        " postgresql://user:password@host:5432/name"
    )


@pytest.mark.parametrize(
    "value", ["production", " production ", "Production", "PRODUCTION\n"]
)
def test_environment_is_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", value)
    assert DatabaseSettings().environment == "production"


def test_log_level_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", " info ")
    assert DatabaseSettings().log_level == "INFO"


@pytest.mark.parametrize("value", ["5", " 5 ", "005"])
def test_number_is_read_from_digits(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATABASE_POOL_SIZE", value)
    assert DatabaseSettings().database_pool_size == 5


def test_validation_error_shows_no_secret() -> None:
    with pytest.raises(ValidationError) as error:
        DatabaseSettings.model_validate({"database_url": {"p": "hunter2"}})
    assert "hunter2" not in str(error.value)
