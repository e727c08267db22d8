"""The environment's settings of a service that uses Redis."""

from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, SecretStr
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from chassis._settings.hosts import in_url
from chassis._settings.settings import ServiceSettings
from chassis._settings.types import CacheUrl, Host, Port

# They would change what `RedisLink` sends and how it reads the answers.
RESERVED_OPTIONS = {
    "decode_responses",
    "encoding",
    "encoding_errors",
    "max_connections",
    "protocol",
}


def _with_known_options(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    reserved = RESERVED_OPTIONS & parse_qs(urlsplit(text).query).keys()
    if reserved:
        raise ValueError(f"must not have the option {min(reserved)}")
    try:
        pool = ConnectionPool.from_url(text)
        pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, RedisError):
        raise ValueError("must have options that redis-py knows") from None
    return url


class RedisSettings(ServiceSettings):
    redis_url: Annotated[CacheUrl, AfterValidator(_with_known_options)] | None = Field(
        default=None, examples=["redis://user:password@host:6379/0"]
    )
    redis_host: Host = "localhost"
    redis_port: Port = 6379

    @property
    def cache_url(self) -> str:
        if self.redis_url is not None:
            return self.redis_url.get_secret_value()
        return f"redis://{in_url(self.redis_host)}:{self.redis_port}/0"
