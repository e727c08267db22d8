"""The settings that user-service reads from the environment."""

import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from app.config.providers import EXAMPLE as PROVIDERS_EXAMPLE
from app.config.providers import OpenIdProvider, read_providers
from chassis import (
    BrokerSettings,
    HttpUrl,
    PrintableText,
    PublicUrl,
    TrustedProxies,
    read_json,
    whole_number,
)

SHA256_HEX = re.compile(r"[0-9a-f]{64}")
CLIENTS_EXAMPLE = '{"order-service": "<the output of sha256sum>"}'
WEEK_SECONDS = 7 * 24 * 3600


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("must be a folder that exists")
    return path


def _clients(value: Any) -> dict[str, str]:
    clients = read_json(value)
    expected = "must be a JSON object: client id -> SHA-256 of its secret, in hex"
    if not isinstance(clients, dict):
        raise ValueError(expected)
    digests = {name: str(digest).strip().lower() for name, digest in clients.items()}
    if not all(SHA256_HEX.fullmatch(digest) for digest in digests.values()):
        raise ValueError(expected)
    return digests


class UserSettings(BrokerSettings):
    signing_keys_dir: Annotated[Path, AfterValidator(_folder)] = Field(
        examples=["/run/secrets/signing-keys"]
    )
    key_activation_seconds: Annotated[int, whole_number(0, WEEK_SECONDS)] = Field(
        default=60,
        description="the age at which a key begins to sign, unless it is the only one",
    )
    service_clients: Annotated[dict[str, str], NoDecode, BeforeValidator(_clients)] = (
        Field(
            default_factory=dict,
            description="client id -> SHA-256, in hex, of its 256-bit random secret",
            examples=[CLIENTS_EXAMPLE],
        )
    )
    admin_username: str | None = None
    admin_password: SecretStr | None = None

    token_issuer: HttpUrl = "http://localhost:8001"  # noqa: S105 - an address
    token_audience: PrintableText = "pannier"  # noqa: S105 - a name
    access_token_expire_minutes: Annotated[int, whole_number(1, 24 * 60)] = 15
    refresh_token_expire_days: Annotated[int, whole_number(1, 365)] = 30
    bcrypt_cost: Annotated[int, whole_number(4, 16)] = 12

    public_url: PublicUrl = Field(
        default="http://localhost:9000",
        description="the address that browsers know: the gateway's",
    )
    trusted_proxies: TrustedProxies = Field(
        default=(),
        description="proxies, as addresses or networks, whose X-Forwarded-For is read",
        examples=["10.0.0.0/8,fd00::/8"],
    )

    oidc_providers: Annotated[
        tuple[OpenIdProvider, ...], NoDecode, BeforeValidator(read_providers)
    ] = Field(
        default=(),
        description="OpenID Connect providers whose users may log in",
        examples=[PROVIDERS_EXAMPLE],
    )

    @model_validator(mode="after")
    def _require_whole_administrator(self) -> Self:
        if (self.admin_username is None) != (self.admin_password is None):
            raise ValueError(
                "set both ADMIN_USERNAME, such as admin, and ADMIN_PASSWORD, or neither"
            )
        return self

    @model_validator(mode="after")
    def _require_secrets_in_production(self) -> Self:
        if self.environment == "production":
            required = {
                "ADMIN_USERNAME and ADMIN_PASSWORD": self.admin_password,
                f"SERVICE_CLIENTS, such as {CLIENTS_EXAMPLE}": self.service_clients,
            }
            missing = [name for name, value in required.items() if not value]
            if missing:
                raise ValueError(f"in production, set {' and '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _require_other_issuers(self) -> Self:
        for provider in self.oidc_providers:
            if provider.issuer == self.token_issuer:
                raise ValueError(
                    f"OIDC_PROVIDERS: {provider.name} must not have the issuer of"
                    " TOKEN_ISSUER"
                )
            is_safe = provider.issuer.startswith("https://")
            if self.environment == "production" and not is_safe:
                raise ValueError(
                    f"OIDC_PROVIDERS: in production, the issuer of {provider.name}"
                    " must begin with https://"
                )
        return self
