from typing import Any

from app.config.settings import MailServer, NotificationSettings


def some_settings(
    database_url: str,
    broker_url: str,
    mail_server: MailServer | None = None,
    **values: Any,
) -> NotificationSettings:
    """Real stores, and the mail server if there is one."""
    if mail_server is not None:
        values |= {
            "smtp_host": mail_server.host,
            "smtp_port": mail_server.port,
            "mail_from": mail_server.sender,
        }
    defaults: dict[str, Any] = {
        "environment": "test",
        "database_url": database_url,
        "rabbitmq_url": broker_url,
        "service_client_id": "notification-service",
        "service_client_secret": "a secret of the tests",
    }
    return NotificationSettings(**(defaults | values))
