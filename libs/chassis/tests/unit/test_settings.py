"""A wrong setting is refused in a sentence; a right one has one spelling."""

import pytest
from pydantic import SecretStr, ValidationError

from chassis import BrokerSettings, ServiceSettings, load_settings

DATABASE = SecretStr("postgresql://u:p@localhost/d")


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://u:p@rabbit/")


def refusal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    """The one sentence with which the service ends."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load_settings(BrokerSettings)
    [line] = str(ended.value).splitlines()
    assert line.startswith(f"error: {name}: ")
    assert ", such as " in line
    assert "hunter2" not in line
    return line


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        (
            "http://a.example, http://b.example,",
            ["http://a.example", "http://b.example"],
        ),
        ("https://shop.example/", ["https://shop.example"]),
        ("https://Shop.Example:443", ["https://shop.example"]),
        ("HTTP://SHOP.EXAMPLE:80/", ["http://shop.example"]),
        ("http://localhost:3000", ["http://localhost:3000"]),
        ("https://bücher.example", ["https://xn--bcher-kva.example"]),
        ("http://[::1]:8080", ["http://[::1]:8080"]),
        ("http://[0:0:0:0:0:0:0:1]", ["http://[::1]"]),
        ("http://[2001:DB8::0:1]:80", ["http://[2001:db8::1]"]),
        ("https://[::ffff:192.0.2.1]", ["https://[::ffff:c000:201]"]),
        ("https://shop.example:0443", ["https://shop.example"]),
        ("https://a.example,https://A.example/", ["https://a.example"]),
        (
            '["https://a.example", "https://b.example/"]',
            ["https://a.example", "https://b.example"],
        ),
        (" , ", []),
        ("", []),
        ("  ", []),
        ("*", ["*"]),
        ("*,*", ["*"]),
    ],
)
def test_origins_are_written_as_browsers_do(
    monkeypatch: pytest.MonkeyPatch, given: str, origins: list[str]
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", given)
    assert list(ServiceSettings().allowed_origins) == origins


@pytest.mark.parametrize(
    "value",
    [
        "shop.example",
        "https://shop.example/path",
        "https://shop.example?",
        "https://shop.example#top",
        "https://*.shop.example",
        "https://*",
        "https://shop*.example",
        "*,https://shop.example",
        "https://shop .example",
        "https://shop\u00a0x.example",
        "https://sh\top.example",
        "https://<shop>.example",
        "https://shop.example\\evil",
        "https://shop%20.example",
        "https://shop..example",
        "https://-shop.example",
        "https://shop;example",
        "https://[::1",
        "https://::1",
        "https://[shop.example]",
        "https://256.0.0.1",
        "https://ada:hunter2@shop.example",
        '"https://shop.example"',
        "[https://shop.example",
        "[1]",
        "https://shop.example:port",
        "https://shop.example:0",
        "https://shop.example:70000",
        "https:///shop.example",
        "null",
    ],
)
def test_malformed_origin_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    refusal(monkeypatch, "ALLOWED_ORIGINS", value)


def test_refusal_counts_to_the_wrong_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    value = "https://a.example,https://b.example/path,https://c.example/path"
    assert refusal(monkeypatch, "ALLOWED_ORIGINS", value) == (
        "error: ALLOWED_ORIGINS: entry 2 must be an origin: a scheme, a host and"
        " perhaps a port, such as https://shop.example"
    )


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
def test_malformed_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    refusal(monkeypatch, name, value)


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
def test_database_url_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f" {url} ")
    assert ServiceSettings().database_url.get_secret_value() == url


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


def test_url_of_peer_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_SERVICE_URL", "HTTP://Users.example:80/base/ ")
    assert ServiceSettings().user_service_url == "http://users.example/base"


@pytest.mark.parametrize(
    "value", ["production", " production ", "Production", "PRODUCTION\n"]
)
def test_environment_is_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", value)
    assert ServiceSettings().environment == "production"


def test_log_level_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", " info ")
    assert ServiceSettings().log_level == "INFO"


@pytest.mark.parametrize("value", ["5", " 5 ", "005"])
def test_number_is_read_in_digits(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DATABASE_POOL_SIZE", value)
    assert ServiceSettings().database_pool_size == 5


@pytest.mark.parametrize(
    "url",
    [
        "amqp://u:p@rabbit:5672/",
        "amqps://u:p%40ss@[::1]/shop?heartbeat=10&timeout=5&name=x",
        "amqp://rabbit",
    ],
)
def test_broker_is_named_by_url(url: str) -> None:
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
def test_broker_is_named_by_its_parts(
    monkeypatch: pytest.MonkeyPatch, host: str, in_url: str
) -> None:
    monkeypatch.delenv("RABBITMQ_URL")
    settings = BrokerSettings(
        rabbitmq_host=host,
        rabbitmq_user="a user",
        rabbitmq_password=SecretStr("p/w"),
    )
    assert settings.broker_url == f"amqp://a%20user:p%2Fw@{in_url}:5672/"


def test_no_credentials_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RABBITMQ_URL")
    monkeypatch.setenv("RABBITMQ_USER", " ")
    monkeypatch.setenv("RABBITMQ_PASSWORD", "hunter2")
    with pytest.raises(SystemExit, match=r"^error: set RABBITMQ_URL, such as amqp://"):
        load_settings(BrokerSettings)
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit, match=r"^error: DATABASE_URL: is required"):
        load_settings(ServiceSettings)


def test_an_error_in_the_settings_shows_no_secret() -> None:
    with pytest.raises(ValidationError) as error:
        ServiceSettings.model_validate({"database_url": {"p": "hunter2"}})
    assert "hunter2" not in str(error.value)
