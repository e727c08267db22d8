"""The settings that api-gateway reads from the environment."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from chassis import (
    Host,
    HttpUrl,
    PrintableText,
    ServiceSettings,
    TrustedProxies,
    whole_number,
)

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def _https_or_local(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("must begin with https://, except on localhost")
    return url


class GatewaySettings(ServiceSettings):
    public_url: Annotated[HttpUrl, AfterValidator(_https_or_local)] = Field(
        default="http://localhost:9000",
        description="the address that browsers know; cookies are secure if it is https",
    )
    refresh_token_expire_days: Annotated[int, whole_number(1, 365)] = Field(
        default=30, description="the life of the cookie; as at user-service"
    )
    product_service_url: HttpUrl = "http://localhost:8002"
    order_service_url: HttpUrl = "http://localhost:8003"
    notification_service_url: HttpUrl = "http://localhost:8004"
    ai_service_url: HttpUrl | None = Field(
        default=None, examples=["http://localhost:8005"]
    )
    trusted_proxies: TrustedProxies = ()
    token_issuer: HttpUrl = "http://localhost:8001"  # noqa: S105 - an address
    token_audience: PrintableText = "pannier"  # noqa: S105 - a name
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
