"""The environment's settings of product-service."""

from chassis import BrokerSettings
from chassis.redis_client import RedisSettings


class ProductSettings(BrokerSettings, RedisSettings):
    """Those of its broker, its database and its Redis."""
