"""What a service is told by its environment. Nothing secret has a default."""

from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis._setting_types import BrokerUrl, DatabaseUrl, HttpUrl, Origins, Port

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(
        lambda given: given.strip().upper() if isinstance(given, str) else given
    ),
]


class MigrationSettings(BaseSettings):
    """What it takes to migrate a service's database."""

    model_config = SettingsConfigDict(
        extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    log_level: LogLevel = "INFO"
    database_url: DatabaseUrl


class ServiceSettings(BaseSettings):
    """The settings that every service has."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        # An empty value, as compose files leave behind, means the default.
        env_ignore_empty=True,
        str_strip_whitespace=True,
        # Where compose hands out secrets: what is run in a container beside the
        # service, by `docker compose exec`, is told them too.
        env_file="/run/secrets/env",
    )

    environment: Literal["development", "test", "production"] = "development"
    log_level: LogLevel = "INFO"
    allowed_origins: Origins = ()

    database_url: DatabaseUrl
    database_pool_size: int = Field(default=10, ge=1, le=100)

    user_service_url: HttpUrl = "http://localhost:8001"
    token_url: HttpUrl = Field(
        default="http://localhost:8001/login",
        description="where a browser logs in: the Authorize button of /docs",
    )


class BrokerSettings(ServiceSettings):
    """The settings of a service that publishes or consumes events."""

    rabbitmq_url: BrokerUrl | None = None
    rabbitmq_host: str = "localhost"
    rabbitmq_port: Port = 5672
    rabbitmq_user: str | None = None
    rabbitmq_password: SecretStr | None = None

    @model_validator(mode="after")
    def _credentials_are_given(self) -> Self:
        self.broker_url  # noqa: B018 - raises where the credentials are missing
        return self

    @property
    def broker_url(self) -> str:
        if self.rabbitmq_url is not None:
            return self.rabbitmq_url.get_secret_value()
        if self.rabbitmq_user is None or self.rabbitmq_password is None:
            raise ValueError("set RABBITMQ_URL, or RABBITMQ_USER and RABBITMQ_PASSWORD")
        user = quote(self.rabbitmq_user, safe="")
        password = quote(self.rabbitmq_password.get_secret_value(), safe="")
        return f"amqp://{user}:{password}@{self.rabbitmq_host}:{self.rabbitmq_port}/"


class ServiceClientSettings(ServiceSettings):
    """The settings of a service that calls others in its own name."""

    service_client_id: str
    service_client_secret: SecretStr


def explain_settings(error: ValidationError) -> str:
    """Says which variables of the environment are wrong, a line each."""
    return "\n".join(
        f"error: {_variable(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_input=False, include_url=False)
    )


def _variable(location: tuple[int | str, ...]) -> str:
    return f"{str(location[0]).upper()}: " if location else ""
