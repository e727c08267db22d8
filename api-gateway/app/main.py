"""The composition root: builds the app, its resources and its routes."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware import Middleware

from app import __version__
from app.api import introduction, provider_login, sessions
from app.api.compression import CompressionMiddleware
from app.api.document import document_router
from app.api.front import Front
from app.api.limits import LimitMiddleware
from app.api.login_errors import LoginErrorMiddleware
from app.api.security_headers import security_headers
from app.api.storefront import StorefrontMiddleware
from app.api.token_check import TokenCheck
from app.config.settings import GatewaySettings
from app.document.published import publish_document, read_contracts
from app.limits.counters import Counters
from app.limits.limiter import Limiter
from app.limits.policy import Policies, Policy
from app.limits.requests import RequestLimits
from app.metrics_server import MetricsServer
from app.proxy.pool import Pool
from app.proxy.proxy import Proxy
from app.proxy.routes import Routes, public_templates
from app.proxy.upstream import Upstream
from app.resources import Resources
from app.sessions.cookie import RefreshCookie
from app.storefront.storefront import LOOK_SECONDS, Storefront
from app.tokens.access_tokens import AccessTokens
from app.tokens.public_keys import FETCH_INTERVAL, PublicKeys
from chassis import (
    Lifespan,
    Peer,
    RemoteTokenValidator,
    ServiceInfo,
    Worker,
    build_app,
    load_settings,
)
from chassis.redis_client import RedisLink

INFO = ServiceInfo(
    name="api-gateway",
    version=__version__,
    description="The public entry to all services.",
)
# Above the 3 s that POST /orders may take.
RESPONSE_SECONDS = 10.0
# As many as a process of notification-service holds.
STREAMS = 2_000
# A language model needs longer for its first word.
AI_SECONDS = 60.0


def create_app(settings: GatewaySettings | None = None) -> FastAPI:
    settings = settings or load_settings(GatewaySettings)
    app = build_app(
        INFO,
        settings,
        open_resources,
        introduction.router,
        sessions.router,
        provider_login.router,
        document_router(),
        front=[
            Middleware(StorefrontMiddleware),
            Middleware(CompressionMiddleware),
            Middleware(LoginErrorMiddleware),
            Middleware(TokenCheck),
            Middleware(LimitMiddleware),
            Middleware(Front),
        ],
        response_headers=security_headers(settings.public_url),
        has_metrics_page=False,
    )
    publish_document(app, settings.token_url)
    return app


async def open_resources(lifespan: Lifespan, settings: GatewaySettings) -> Resources:
    lifespan.stack.enter_context(
        MetricsServer(settings.metrics_host, settings.metrics_port)
    )
    urls = {
        "user-service": settings.user_service_url,
        "product-service": settings.product_service_url,
        "order-service": settings.order_service_url,
        "notification-service": settings.notification_service_url,
        "ai-service": settings.ai_service_url,
    }
    peers = {
        name: (await lifespan.open_peer(name, url), url)
        for name, url in urls.items()
        if url is not None
    }
    upstreams = {
        name: _upstream(lifespan, peer, url) for name, (peer, url) in peers.items()
    }
    routes = Routes(upstreams, public_templates(read_contracts()))
    proxy = Proxy(routes, upstreams, settings.trusted_proxies)
    lifespan.shutdown.add_listener(proxy.event_streams.end)
    users, _ = peers["user-service"]
    keys = PublicKeys(users)
    # A load balancer sends requests as soon as this is ready.
    await keys.refresh()
    lifespan.run(Worker("refresh-public-keys", keys.refresh, interval=FETCH_INTERVAL))
    storefront = Storefront(Path(settings.storefront_dir))
    await storefront.refresh()
    lifespan.run(
        Worker("refresh-storefront", storefront.refresh, interval=LOOK_SECONDS)
    )
    return Resources(
        token_validator=RemoteTokenValidator(users),
        proxy=proxy,
        request_limits=await _request_limits(lifespan, settings),
        refresh_cookie=RefreshCookie.for_address(
            settings.public_url, timedelta(days=settings.refresh_token_expire_days)
        ),
        access_tokens=AccessTokens(
            keys, settings.token_issuer, settings.token_audience
        ),
        storefront=storefront,
    )


async def _request_limits(
    lifespan: Lifespan, settings: GatewaySettings
) -> RequestLimits:
    redis = RedisLink(settings.cache_url, lifespan.tracer_provider)
    await lifespan.stack.enter_async_context(redis)
    lifespan.health.add_probe("redis", redis.ping)
    policies = Policies(
        anonymous=Policy("anonymous", settings.limit_anonymous),
        signed_in=Policy("signed-in", settings.limit_signed_in),
        sign_in=Policy("sign-in", settings.limit_sign_in),
        ai=Policy("ai", settings.limit_ai),
    )
    limiter = Limiter(Counters(redis))
    return RequestLimits(limiter, policies, settings.trusted_proxies)


def _upstream(lifespan: Lifespan, peer: Peer, url: str) -> Upstream:
    pool = Pool(peer.name, url)
    lifespan.stack.callback(pool.close)
    seconds = AI_SECONDS if peer.name == "ai-service" else RESPONSE_SECONDS
    streams = STREAMS if peer.name == "notification-service" else 0
    return Upstream(peer, pool, seconds, streams)
