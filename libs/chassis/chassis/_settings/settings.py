"""The environment's settings of a service. Nothing secret has a default."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis._settings.hosts import in_url
from chassis._settings.types import (
    BrokerUrl,
    DatabaseUrl,
    Host,
    HttpUrl,
    Origins,
    Port,
    PrintableText,
    one_of,
    whole_number,
)

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    one_of("DEBUG", "INFO", "WARNING", "ERROR"),
]
Environment = Annotated[
    Literal["development", "test", "production"],
    one_of("development", "test", "production"),
]


class Settings(BaseSettings):
    """Settings that are read from the environment."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
        str_strip_whitespace=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_means_default(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in given.items()
            if not isinstance(value, str) or value.strip()
        }


class MigrationSettings(Settings):
    """The settings of a migration."""

    log_level: LogLevel = "INFO"
    database_url: DatabaseUrl


class ServiceSettings(Settings):
    """The settings that every service has."""

    model_config = SettingsConfigDict(
        # Compose mounts the secrets there. Programs that `docker compose exec` runs
        # beside the service read them too.
        env_file="/run/secrets/env",
    )

    environment: Environment = "development"
    log_level: LogLevel = "INFO"
    allowed_origins: Origins = Field(default=(), examples=["https://shop.example"])

    user_service_url: HttpUrl = "http://localhost:8001"
    token_url: HttpUrl = Field(
        default="http://localhost:8001/login",
        description="where a browser logs in: the Authorize button of /docs",
    )


class DatabaseSettings(ServiceSettings):
    """The settings of a service that has a database."""

    database_url: DatabaseUrl
    database_pool_size: Annotated[int, whole_number(1, 100)] = 10
    replicas: Annotated[int, whole_number(1, 1_000)] = Field(
        default=1,
        description="how many processes of this service may run at a time",
    )


class BrokerSettings(DatabaseSettings):
    """The settings of a service that publishes or consumes events."""

    rabbitmq_url: BrokerUrl | None = Field(
        default=None, examples=["amqp://user:password@host:5672/"]
    )
    rabbitmq_host: Host = "localhost"
    rabbitmq_port: Port = 5672
    rabbitmq_user: PrintableText | None = Field(
        default=None, examples=["order-service"]
    )
    rabbitmq_password: SecretStr | None = None

    @model_validator(mode="after")
    def _credentials_are_given(self) -> Self:
        self.broker_url  # noqa: B018 - raises if the credentials are missing
        return self

    @property
    def broker_url(self) -> str:
        if self.rabbitmq_url is not None:
            return self.rabbitmq_url.get_secret_value()
        if self.rabbitmq_user is None or self.rabbitmq_password is None:
            raise ValueError(
                "set RABBITMQ_URL, such as amqp://user:password@host:5672/,"
                " or both RABBITMQ_USER and RABBITMQ_PASSWORD"
            )
        user = quote(self.rabbitmq_user, safe="")
        password = quote(self.rabbitmq_password.get_secret_value(), safe="")
        place = f"{in_url(self.rabbitmq_host)}:{self.rabbitmq_port}"
        return f"amqp://{user}:{password}@{place}/"


class ServiceClientSettings(ServiceSettings):
    """The settings of a service that calls others in its own name."""

    service_client_id: PrintableText = Field(examples=["order-service"])
    service_client_secret: SecretStr = Field(
        examples=["the output of `openssl rand -hex 32`"]
    )
