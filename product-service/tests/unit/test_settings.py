"""The address of Redis comes from a URL or from host and port."""

import pytest

from app.config.settings import ProductSettings
from chassis import load_settings

REQUIRED = {
    "DATABASE_URL": "postgresql://db/products",
    "RABBITMQ_URL": "amqp://broker",
}


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "redis://localhost:6379/0"),
        ({"REDIS_HOST": "cache", "REDIS_PORT": "6380"}, "redis://cache:6380/0"),
        ({"REDIS_URL": "redis://:s@cache/1", "REDIS_HOST": "x"}, "redis://:s@cache/1"),
        ({"REDIS_URL": " ", "REDIS_HOST": " "}, "redis://localhost:6379/0"),
        ({"REDIS_HOST": "::1"}, "redis://[::1]:6379/0"),
        ({"REDIS_HOST": "[2001:DB8::0:1]"}, "redis://[2001:db8::1]:6379/0"),
        ({"REDIS_URL": "rediss://u:p@[::1]:6380/2"}, "rediss://u:p@[::1]:6380/2"),
        ({"REDIS_URL": "unix:///run/redis.sock?db=1"}, "unix:///run/redis.sock?db=1"),
    ],
)
def test_redis_is_set_by_url_or_host(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ProductSettings().cache_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_HOST", "cache:6379"),
        ("REDIS_HOST", "redis://cache"),
        ("REDIS_HOST", "a b"),
        ("REDIS_PORT", "6_379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://:hunter2@/0"),
        ("REDIS_URL", "redis://:hunter2@cache/zero"),
        ("REDIS_URL", "redis://:hunter2#@cache/0"),
        ("REDIS_URL", "redis://:hunter2@cache:x/0"),
        ("REDIS_URL", "redis://:hunter2@cache/0?db=x"),
        ("REDIS_URL", "redis://:hunter2@cache/0?socket_timeout=soon"),
        ("REDIS_URL", "redis://:hunter2@cache/0?colour=red"),
        ("REDIS_URL", "rediss://:hunter2@cache/0?ssl_cert_reqs=x"),
        ("REDIS_URL", "redis://:hunter2@cache/0?protocol=9"),
        ("REDIS_URL", "redis://:hunter2@cache/0?protocol=3"),
        ("REDIS_URL", "redis://:hunter2@cache/0?encoding=klingon"),
        ("REDIS_URL", "redis://:hunter2@cache/0?decode_responses=yes"),
        ("REDIS_URL", "redis://:hunter2@cache/0?max_connections=0"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "memcached://cache"),
    ],
)
def test_malformed_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load_settings(ProductSettings)
    [line] = str(ended.value).splitlines()
    assert line.startswith(f"error: {name}: must ")
    assert ", such as " in line
    assert "hunter2" not in line
