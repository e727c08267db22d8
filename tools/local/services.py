"""The platform's services: their environments and their states."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tools.local.credentials import ADMIN, CLIENTS, Secrets
from tools.local.layout import Layout
from tools.local.ports import GATEWAY, HOST, PORTS, metrics_port
from tools.local.postgres_store import Postgres
from tools.local.program import Program
from tools.local.rabbitmq_store import RabbitMQ
from tools.local.redis_store import Redis

# The settings that the command line passes on to all services.
PASSED_ON = frozenset(
    {
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "ALLOWED_ORIGINS",
        "BCRYPT_COST",
        "DATABASE_POOL_SIZE",
        "ENVIRONMENT",
        "LIMIT_AI",
        "LIMIT_ANONYMOUS",
        "LIMIT_SIGNED_IN",
        "LIMIT_SIGN_IN",
        "LOG_LEVEL",
        "MIGRATE_ON_START",
        "OIDC_PROVIDERS",
        "REFRESH_TOKEN_EXPIRE_DAYS",
        "REPLICAS",
        "TOKEN_AUDIENCE",
        "TOKEN_ISSUER",
    }
)
# Those with another value in some services.
CHOSEN = frozenset({"ADMIN_USERNAME", "PUBLIC_URL", "TOKEN_URL", "TRUSTED_PROXIES"})

TELEMETRY = "OTEL_"


@dataclass(frozen=True)
class Services:
    layout: Layout
    ports: Mapping[str, int]
    smtp_port: int
    secrets: Secrets
    postgres: Postgres
    redis: Redis
    rabbitmq: RabbitMQ
    # The environment of the person at the command line.
    given: Mapping[str, str]

    def programs(self) -> list[Program]:
        return [self._program(service) for service in self.ports]

    def _program(self, service: str) -> Program:
        return Program(
            name=service,
            group="services",
            command=["../start.sh", service],
            directory=self.layout.repository / service,
            environment={
                **self._settings_of_all(service),
                **self._settings_of_stores(service),
                **self._settings_of_clients(service),
                **self._settings_of_one(service),
                **self._given(),
            },
            ready=lambda: is_ready(self.ports[service]),
        )

    def _settings_of_all(self, service: str) -> dict[str, str]:
        programs = Path(sys.executable).parent
        return {
            "PATH": f"{programs}{os.pathsep}{os.defpath}",
            "HOST": "localhost",
            "PORT": str(self.ports[service]),
            "ENVIRONMENT": "development",
            "LOG_LEVEL": "INFO",
            "USER_SERVICE_URL": self._url("user-service"),
            "TOKEN_URL": self._chosen("TOKEN_URL")
            or f"{self._url('user-service', 'localhost')}/login",
        }

    def _settings_of_stores(self, service: str) -> dict[str, str]:
        if service == GATEWAY:
            return {}
        return {
            "DATABASE_URL": self.postgres.url(service),
            "RABBITMQ_URL": self.rabbitmq.url(),
        }

    def _settings_of_clients(self, service: str) -> dict[str, str]:
        if service not in CLIENTS:
            return {}
        return {
            "SERVICE_CLIENT_ID": service,
            "SERVICE_CLIENT_SECRET": self.secrets.client(service),
        }

    def _settings_of_one(self, service: str) -> dict[str, str]:
        match service:
            case "user-service":
                hosts = ("localhost", HOST)
                origins = (
                    self._url(name, host) for host in hosts for name in self.ports
                )
                return {
                    "SIGNING_KEYS_DIR": str(self.layout.signing_keys),
                    "SERVICE_CLIENTS": json.dumps(self.secrets.client_digests()),
                    "ADMIN_USERNAME": admin_username(self.given),
                    "ADMIN_PASSWORD": self.secrets[ADMIN],
                    "ALLOWED_ORIGINS": ",".join(origins),
                    "TRUSTED_PROXIES": ",".join(self._proxies_of_users()),
                    "PUBLIC_URL": self._public_url(),
                }
            case "product-service":
                return {"REDIS_URL": self.redis.url()}
            case "order-service":
                return {"PRODUCT_SERVICE_URL": self._url("product-service")}
            case "notification-service":
                return {
                    "SMTP_HOST": HOST,
                    "SMTP_PORT": str(self.smtp_port),
                    "MAIL_FROM": "shop@example.com",
                }
            case "api-gateway":
                public = self._public_url()
                return {
                    "PRODUCT_SERVICE_URL": self._url("product-service"),
                    "ORDER_SERVICE_URL": self._url("order-service"),
                    "NOTIFICATION_SERVICE_URL": self._url("notification-service"),
                    "REDIS_URL": self.redis.url(),
                    "PUBLIC_URL": public,
                    "TOKEN_URL": f"{public}/api/v1/auth/login",
                    "TRUSTED_PROXIES": self._chosen("TRUSTED_PROXIES"),
                    "METRICS_PORT": str(metrics_port(service, self.ports[service])),
                }
            case _:
                return {}

    def _proxies_of_users(self) -> list[str]:
        """Returns the one address of the gateway, and the proxies in front of it."""
        gateway = [HOST] if GATEWAY in self.ports else []
        chosen = self._chosen("TRUSTED_PROXIES")
        return [*gateway, chosen] if chosen else gateway

    def _public_url(self) -> str:
        port = self.ports.get(GATEWAY, PORTS[GATEWAY])
        return self._chosen("PUBLIC_URL") or f"http://localhost:{port}"

    def _chosen(self, name: str) -> str:
        return self.given.get(name, "").strip()

    def _given(self) -> dict[str, str]:
        # A blank OTEL_EXPORTER_OTLP_ENDPOINT means that no spans are sent.
        return {
            name: value
            for name, value in self.given.items()
            if (name in PASSED_ON and value.strip()) or name.startswith(TELEMETRY)
        }

    def _url(self, service: str, host: str = HOST) -> str:
        return f"http://{host}:{self.ports[service]}"


def is_setting(name: str) -> bool:
    """Returns whether services get this variable of the command line."""
    return name in PASSED_ON | CHOSEN or name.startswith(TELEMETRY)


def admin_username(given: Mapping[str, str]) -> str:
    return given.get("ADMIN_USERNAME", "").strip() or "admin"


def is_ready(port: int) -> bool:
    return answers_200(port, "/health/ready")


def answers_200(port: int, path: str) -> bool:
    status, _ = _get(port, path)
    return status == 200


def health(port: int) -> dict[str, Any]:
    """The body of `/health`; empty when the service gave none."""
    _, body = _get(port, "/health")
    try:
        answer: dict[str, Any] = json.loads(body)
    except ValueError:
        return {}
    return answer


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()
