"""What user-service is told by its environment."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from chassis import BrokerSettings, HttpUrl, split_list

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class UserSettings(BrokerSettings):
    signing_keys_dir: Path
    key_activation_seconds: int = Field(
        default=60,
        ge=0,
        description="the age at which a key begins to sign, unless it is alone",
    )
    service_clients: dict[str, Sha256Hex] = Field(
        default_factory=dict,
        description="client id -> SHA-256, in hex, of its 256-bit random secret",
    )
    admin_username: str | None = None
    admin_password: SecretStr | None = None

    token_issuer: HttpUrl = "http://localhost:8001"  # noqa: S105 - an address
    token_audience: str = "pannier"  # noqa: S105 - a name
    access_token_expire_minutes: int = Field(default=15, ge=1, le=24 * 60)
    refresh_token_expire_days: int = Field(default=30, ge=1, le=365)
    bcrypt_cost: int = Field(default=12, ge=4, le=16)

    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...],
        NoDecode,
        BeforeValidator(split_list),
    ] = Field(
        default=(),
        description="addresses and networks whose X-Forwarded-For is believed",
    )

    @model_validator(mode="after")
    def _administrator_is_whole(self) -> Self:
        if (self.admin_username is None) != (self.admin_password is None):
            raise ValueError("set both ADMIN_USERNAME and ADMIN_PASSWORD, or neither")
        return self

    @model_validator(mode="after")
    def _production_lacks_no_secret(self) -> Self:
        if self.environment == "production":
            given = {
                "ADMIN_USERNAME and ADMIN_PASSWORD": self.admin_password,
                "SERVICE_CLIENTS": self.service_clients,
            }
            missing = [name for name, value in given.items() if not value]
            if missing:
                raise ValueError(f"in production, set {' and '.join(missing)}")
        return self
