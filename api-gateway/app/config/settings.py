"""The settings that api-gateway reads from the environment."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.limits.policy import require_rate
from chassis import (
    Host,
    HttpUrl,
    PrintableText,
    PublicUrl,
    TrustedProxies,
    whole_number,
)
from chassis.redis_client import RedisSettings

Rate = Annotated[str, AfterValidator(require_rate)]


class GatewaySettings(RedisSettings):
    public_url: PublicUrl = Field(
        default="http://localhost:9000",
        description="the address that browsers know; cookies are secure if it is https",
    )
    refresh_token_expire_days: Annotated[int, whole_number(1, 365)] = Field(
        default=30, description="the life of the cookie; as at user-service"
    )
    limit_anonymous: Rate = Field(
        default="6000/minute", description="for each address, without a valid token"
    )
    limit_signed_in: Rate = Field(default="6000/minute", description="for each user")
    limit_sign_in: Rate = Field(
        default="600/minute", description="for each address: log-ins, registrations"
    )
    limit_ai: Rate = Field(default="60/minute", description="for each user: `/ai`")
    product_service_url: HttpUrl = "http://localhost:8002"
    order_service_url: HttpUrl = "http://localhost:8003"
    notification_service_url: HttpUrl = "http://localhost:8004"
    ai_service_url: HttpUrl | None = Field(
        default=None, examples=["http://localhost:8005"]
    )
    storefront_dir: PrintableText = Field(
        default="../frontend/build",
        description="the folder of the storefront's build",
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
