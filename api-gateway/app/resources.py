"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

import chassis
from app.proxy.proxy import Proxy
from app.sessions.cookie import RefreshCookie


@dataclass(frozen=True)
class Resources(chassis.Resources):
    proxy: Proxy
    refresh_cookie: RefreshCookie
