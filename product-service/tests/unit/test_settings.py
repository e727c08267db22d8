"""Where Redis is, by either of its names."""

import pytest

from app.config.settings import ProductSettings


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "redis://localhost:6379/0"),
        ({"REDIS_HOST": "cache", "REDIS_PORT": "6380"}, "redis://cache:6380/0"),
        ({"REDIS_URL": "redis://:s@cache/1", "REDIS_HOST": "x"}, "redis://:s@cache/1"),
    ],
)
def test_redis_is_named_by_url_or_by_host_and_port(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str
) -> None:
    required = {"DATABASE_URL": "postgresql://", "RABBITMQ_URL": "amqp://"}
    for name, value in {**required, **environment}.items():
        monkeypatch.setenv(name, value)
    assert ProductSettings().cache_url == url
