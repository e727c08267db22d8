"""The resources of the app, which the composition root opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

import chassis
from app.services.change_password import ChangePassword
from app.services.log_in import LogIn
from app.services.refresh import Refresh
from app.services.register import Register
from app.services.service_clients import ServiceClients
from app.services.tokens import Tokens
from app.services.validate_token import LocalTokenValidator
from chassis import Outbox


@dataclass(frozen=True)
class Resources(chassis.Resources):
    token_validator: LocalTokenValidator
    outbox: Outbox
    tokens: Tokens
    register: Register
    log_in: LogIn
    refresh: Refresh
    change_password: ChangePassword
    clients: ServiceClients
    trusted_proxies: Sequence[IPv4Network | IPv6Network]
