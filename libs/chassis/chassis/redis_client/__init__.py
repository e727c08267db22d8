"""Redis, for services that can do without it for a while.

Not part of the chassis' root, because some services do not have the library.
"""

from chassis.redis_client.link import RedisLink, RedisUnavailable
from chassis.redis_client.settings import RedisSettings

__all__ = ["RedisLink", "RedisSettings", "RedisUnavailable"]
