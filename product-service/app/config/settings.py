"""The environment's settings of product-service."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from redis.asyncio import ConnectionPool

from chassis import BrokerSettings, CacheUrl, Host, Port, in_url


def _with_known_options(url: SecretStr) -> SecretStr:
    try:
        pool = ConnectionPool.from_url(url.get_secret_value())
        pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        raise ValueError("must have options that redis-py knows") from None
    return url


class ProductSettings(BrokerSettings):
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
