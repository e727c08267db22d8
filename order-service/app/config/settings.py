"""What order-service is told by its environment."""

from chassis import BrokerSettings, ServiceClientSettings


class OrderSettings(BrokerSettings, ServiceClientSettings):
    product_service_url: str = "http://localhost:8002"
