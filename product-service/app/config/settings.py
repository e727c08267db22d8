"""What product-service is told by its environment."""

from chassis import BrokerSettings, CacheUrl, Port


class ProductSettings(BrokerSettings):
    redis_url: CacheUrl | None = None
    redis_host: str = "localhost"
    redis_port: Port = 6379

    @property
    def cache_url(self) -> str:
        if self.redis_url is not None:
            return self.redis_url.get_secret_value()
        return f"redis://{self.redis_host}:{self.redis_port}/0"
