"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

import chassis
from app.limits.requests import RequestLimits
from app.proxy.proxy import Proxy
from app.sessions.cookie import RefreshCookie
from app.storefront.storefront import Storefront
from app.tokens.access_tokens import AccessTokens


@dataclass(frozen=True)
class Resources(chassis.Resources):
    proxy: Proxy
    request_limits: RequestLimits
    refresh_cookie: RefreshCookie
    access_tokens: AccessTokens
    storefront: Storefront
