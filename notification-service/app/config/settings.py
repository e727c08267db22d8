"""What the service is told by its environment."""

from dataclasses import dataclass, field
from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis import BrokerSettings, Port, ServiceClientSettings


@dataclass(frozen=True)
class MailServer:
    """Where e-mail goes out, and in whose name."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False


class NotificationSettings(BrokerSettings, ServiceClientSettings):
    smtp_host: str | None = None
    smtp_port: Port = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = False
    mail_from: str | None = Field(default=None, pattern=r"^[^\s<>@,]+@[\w.-]+$")

    @model_validator(mode="after")
    def _mail_is_wholly_configured(self) -> Self:
        if self.smtp_host is not None and self.mail_from is None:
            raise ValueError("SMTP_HOST takes MAIL_FROM as well")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("set SMTP_USER and SMTP_PASSWORD, or neither")
        return self

    @property
    def mail_server(self) -> MailServer | None:
        if self.smtp_host is None or self.mail_from is None:
            return None
        password = self.smtp_password
        return MailServer(
            host=self.smtp_host,
            port=self.smtp_port,
            sender=self.mail_from,
            user=self.smtp_user,
            password=None if password is None else password.get_secret_value(),
            starttls=self.smtp_starttls,
        )
