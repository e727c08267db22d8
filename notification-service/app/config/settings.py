"""The environment's settings of notification-service."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from chassis import (
    BrokerSettings,
    Flag,
    Host,
    Port,
    PrintableText,
    ServiceClientSettings,
    canonical_host,
)

# RFC 5322, 3.2.3: what needs neither quotes nor SMTPUTF8.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL_PART = re.compile(rf"{ATOM}(\.{ATOM})*")


def _sender(text: str) -> str:
    local, _, domain = text.rpartition("@")
    try:
        host = canonical_host(domain)
    except ValueError:
        host = ""
    if not LOCAL_PART.fullmatch(local) or not host or ":" in host:
        raise ValueError("must be a plain e-mail address, without a name")
    return f"{local}@{host}"


@dataclass(frozen=True)
class MailServer:
    """The mail server, and the sender of mails."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False


class NotificationSettings(BrokerSettings, ServiceClientSettings):
    smtp_host: Host | None = Field(default=None, examples=["mail.example.com"])
    smtp_port: Port = 25
    smtp_user: PrintableText | None = Field(default=None, examples=["shop"])
    smtp_password: SecretStr | None = None
    smtp_starttls: Flag = False
    mail_from: Annotated[str, AfterValidator(_sender)] | None = Field(
        default=None, examples=["shop@example.com"]
    )

    @model_validator(mode="after")
    def _mail_is_wholly_configured(self) -> Self:
        if self.smtp_host is not None and self.mail_from is None:
            raise ValueError("with SMTP_HOST, set MAIL_FROM, such as shop@example.com")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError(
                "set both SMTP_USER, such as shop, and SMTP_PASSWORD, or neither"
            )
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
