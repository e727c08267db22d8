"""The settings that api-gateway reads from the environment."""

from typing import Annotated

from pydantic import Field

from chassis import Host, HttpUrl, ServiceSettings, TrustedProxies, whole_number


class GatewaySettings(ServiceSettings):
    product_service_url: HttpUrl = "http://localhost:8002"
    order_service_url: HttpUrl = "http://localhost:8003"
    notification_service_url: HttpUrl = "http://localhost:8004"
    ai_service_url: HttpUrl | None = Field(
        default=None, examples=["http://localhost:8005"]
    )
    trusted_proxies: TrustedProxies = ()
    token_url: HttpUrl = Field(
        default="http://localhost:9000/api/v1/auth/login",
        description="where a browser logs in: the Authorize button of /docs",
    )
    metrics_host: Host = Field(
        default="127.0.0.1",
        description="the address of /metrics, which is never a public one",
    )
    metrics_port: Annotated[int, whole_number(0, 65_535)] = Field(
        default=9001, description="the port of /metrics; 0 takes any free one"
    )
