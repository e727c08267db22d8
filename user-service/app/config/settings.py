"""What user-service is told by its environment."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from chassis import ServiceSettings

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class UserSettings(ServiceSettings):
    signing_keys_dir: Path
    service_clients: dict[str, Sha256Hex] = Field(
        default_factory=dict,
        description="client id -> SHA-256, in hex, of its 256-bit random secret",
    )
    admin_username: str | None = None
    admin_password: SecretStr | None = None

    token_issuer: str = "http://localhost:8001"  # noqa: S105 - an address
    token_audience: str = "pannier"  # noqa: S105 - a name
    access_token_expire_minutes: int = Field(default=15, ge=1, le=24 * 60)
    refresh_token_expire_days: int = Field(default=30, ge=1, le=365)
    bcrypt_cost: int = Field(default=12, ge=4, le=16)

    @model_validator(mode="after")
    def _administrator_is_whole(self) -> Self:
        if (self.admin_username is None) != (self.admin_password is None):
            raise ValueError("set both ADMIN_USERNAME and ADMIN_PASSWORD, or neither")
        return self
