"""URLs in settings: of PostgreSQL, RabbitMQ and peers."""

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from chassis import BrokerSettings, DatabaseSettings, PublicUrl, load_settings
from tests.refused_settings import refusal

pytestmark = pytest.mark.usefixtures("required_settings")

DATABASE = SecretStr("postgresql://u:p@localhost/d")


@pytest.mark.parametrize(
    "url",
    [
        "amqp://u:p@rabbit:5672/",
        "amqps://u:p%40ss@[::1]/shop?heartbeat=10&timeout=5&name=x",
        "amqp://rabbit",
    ],
)
def test_broker_is_configured_by_url(url: str) -> None:
    settings = BrokerSettings(database_url=DATABASE, rabbitmq_url=SecretStr(url))
    assert settings.broker_url == url


@pytest.mark.parametrize(
    ("host", "in_url"),
    [
        ("rabbit", "rabbit"),
        (" Rabbit.example ", "rabbit.example"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("2001:0DB8:0::1", "[2001:db8::1]"),
        ("192.0.2.7", "192.0.2.7"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("rabbit_1", "rabbit_1"),
    ],
)
def test_broker_is_configured_by_host_and_credentials(
    monkeypatch: pytest.MonkeyPatch, host: str, in_url: str
) -> None:
    monkeypatch.delenv("RABBITMQ_URL")
    settings = BrokerSettings(
        rabbitmq_host=host,
        rabbitmq_user="a user",
        rabbitmq_password=SecretStr("p/w"),
    )
    assert settings.broker_url == f"amqp://a%20user:p%2Fw@{in_url}:5672/"


def test_missing_credentials_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RABBITMQ_URL")
    monkeypatch.setenv("RABBITMQ_USER", " ")
    monkeypatch.setenv("RABBITMQ_PASSWORD", "hunter2")
    with pytest.raises(SystemExit, match=r"^error: set RABBITMQ_URL, such as amqp://"):
        load_settings(BrokerSettings)
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit, match=r"^error: DATABASE_URL: is required"):
        load_settings(DatabaseSettings)


@pytest.mark.parametrize(
    "password", ["hunter2#x", "x/hunter2", "hunter2@x", "hunter2%", "a?hunter2", "[x"]
)
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://u:{}@db:5432/d"),
        ("RABBITMQ_URL", "amqp://u:{}@rabbit:5672/"),
    ],
)
def test_refusal_names_characters_to_encode_in_password(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, password: str
) -> None:
    sentence = refusal(monkeypatch, name, url.format(password))
    assert "must have / ? # @ % [ ] in a user or a password percent-encoded" in sentence


@pytest.mark.parametrize("port", ["x", "0", "65536", "5432x"])
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://u:hunter2@db:{}/d"),
        ("RABBITMQ_URL", "amqp://u:hunter2@rabbit:{}/"),
        ("TOKEN_URL", "http://localhost:{}/login"),
    ],
)
def test_refusal_names_wrong_port_of_url(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, port: str
) -> None:
    sentence = refusal(monkeypatch, name, url.format(port))
    assert "must name a port from 1 to 65535" in sentence


@pytest.mark.parametrize(
    "parameter",
    [
        *("sslmode", "target_session_attrs", "channel_binding", "gssencmode"),
        *("require_auth", "load_balance_hosts", "ssl_min_protocol_version", "port"),
    ],
)
def test_refusal_names_wrong_parameter_of_database(
    monkeypatch: pytest.MonkeyPatch, parameter: str
) -> None:
    url = f"postgresql://u:hunter2@db/d?{parameter}=bogus"
    assert refusal(monkeypatch, "DATABASE_URL", url) == (
        f"error: DATABASE_URL: must have {parameter} with a value that PostgreSQL"
        " knows, such as postgresql://user:password@host:5432/name"
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@[::1]:5432/d?sslmode=require",
        "postgresql+psycopg://u:p%40%2F%23@db.example/d",
        "postgresql:///d?host=/run/postgresql",
        "postgresql://u:p@/d?host=a,b&port=1,2&target_session_attrs=primary",
        "postgresql://u:p@db/d?sslmode=verify-full&sslrootcert=/run/ca.pem",
        "postgresql://u:p@db_1/d",
    ],
)
def test_valid_database_url_is_unchanged(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f" {url} ")
    assert DatabaseSettings().database_url.get_secret_value() == url


def test_peer_url_loses_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_SERVICE_URL", "HTTP://Users.example:80/base/ ")
    assert DatabaseSettings().user_service_url == "http://users.example/base"


class PublicSettings(BaseModel):
    url: PublicUrl


@pytest.mark.parametrize(
    "url",
    ["https://shop.example/", "http://localhost:9000", "http://127.0.0.1:9000"],
)
def test_public_url_is_https_or_local(url: str) -> None:
    assert PublicSettings(url=url).url == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://shop.example", "http://localhost.example", "ftp://localhost", "/"]
)
def test_public_url_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        PublicSettings(url=url)
