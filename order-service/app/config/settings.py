"""The settings that order-service reads from the environment."""

from chassis import BrokerSettings, HttpUrl, ServiceClientSettings


class OrderSettings(BrokerSettings, ServiceClientSettings):
    product_service_url: HttpUrl = "http://localhost:8002"
