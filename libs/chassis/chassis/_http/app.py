"""The application that every service is built from."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from fastapi import APIRouter, FastAPI
from fastapi.middleware import Middleware

from chassis._http.admission import AT_WORK, AdmissionMiddleware
from chassis._http.body import BodyMiddleware
from chassis._http.cors import CorsMiddleware
from chassis._http.dependency_metrics import dependency_worker
from chassis._http.health import OPERATIONAL_PATHS, Health, install_health
from chassis._http.host import HostMiddleware
from chassis._http.large_bodies import LargeBodyMiddleware
from chassis._http.lifespan import Lifespan
from chassis._http.middleware import ErrorMiddleware, HeadMiddleware, RequestMiddleware
from chassis._http.openapi import document_problems
from chassis._http.pages import DOCUMENT_PATH, install_pages
from chassis._http.problems import install_problem_handlers
from chassis._http.query import QueryMiddleware
from chassis._http.server_options import ServerOptions
from chassis._http.startup import StartupMiddleware
from chassis._http.unreadable_url import UnreadableUrlMiddleware
from chassis._observability.access_log import AccessLog
from chassis._observability.logging import configure_logging
from chassis._observability.machine import measure_machine
from chassis._observability.metrics import install_metrics
from chassis._observability.span_export import end_tracing
from chassis._observability.telemetry import (
    REQUEST_ID_HEADER,
    trace_app,
    tracer_provider,
)
from chassis._resources import Resources, set_resources
from chassis._settings.settings import DatabaseSettings, ServiceSettings
from chassis._shutdown import Shutdown, shutdown_on_signals
from chassis._values.schemas import ResponseBody, example
from chassis._workers import running

EXPOSED_HEADERS = (
    REQUEST_ID_HEADER,
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Total-Count",
    "X-Total-Count-Capped",
)


@dataclass(frozen=True)
class ServiceInfo:
    """The name, version and description of a service."""

    name: str
    version: str
    description: str


class IntroductionRead(ResponseBody):
    model_config = example(
        {
            "name": "order-service",
            "version": "1.0.0",
            "links": {"docs": "/docs", "health": "/health"},
        }
    )

    name: str
    version: str
    links: dict[str, str]


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def build_app(
    info: ServiceInfo,
    settings: SettingsT,
    open_resources: Callable[[Lifespan, SettingsT], Awaitable[Resources]],
    *routers: APIRouter,
    front: Sequence[Middleware] = (),
    response_headers: Sequence[tuple[bytes, bytes]] = (),
    at_work: int = AT_WORK,
    has_metrics_page: bool = True,
) -> FastAPI:
    """Returns an application with the chassis around it.

    Args:
        open_resources: called at the start; `resources_of` returns its result.
        routers: the routes of the service. They come before those of the chassis,
            because each request is compared with all routes before its own.
        front: sees requests before their bodies are received and their places in the
            queue are taken; the first is the outermost.
        response_headers: lower-case names and values of headers of every response that
            does not have them itself.
        at_work: how many requests are in progress at the same time.
        has_metrics_page: whether `/metrics` is a page of the app.
    """
    configure_logging(info.name, settings.log_level)
    shutdown = Shutdown()
    health = Health(info.name, info.version, shutdown)
    provider = tracer_provider(info.name, info.version, settings.environment)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            service = Lifespan(info.name, provider, health, shutdown, stack)
            if isinstance(settings, DatabaseSettings):
                await service.open_database(settings)
            stack.callback(end_tracing, provider)
            set_resources(app, await open_resources(service, settings))
            async with running(dependency_worker(health), *service.loops):
                with shutdown_on_signals(shutdown):
                    yield
                shutdown.begin()

    app = FastAPI(
        title=info.name,
        version=info.version,
        description=info.description,
        lifespan=lifespan,
        # Included routers would match each request twice.
        routes=[route for router in routers for route in router.routes],
        # `install_pages` serves the document and its pages.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # The instrumentation below replaces it.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    # The last one is the outermost.
    app.add_middleware(UnreadableUrlMiddleware)
    app.add_middleware(AdmissionMiddleware, at_work=at_work)
    app.add_middleware(BodyMiddleware)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(QueryMiddleware)
    app.user_middleware[:0] = front
    app.add_middleware(LargeBodyMiddleware)
    app.add_middleware(HostMiddleware)
    app.add_middleware(ErrorMiddleware)
    app.add_middleware(
        CorsMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=EXPOSED_HEADERS,
    )
    app.add_middleware(
        RequestMiddleware,
        access_log=AccessLog(info.name),
        headers=response_headers,
    )
    app.add_middleware(StartupMiddleware)
    install_problem_handlers(app)
    install_health(app, health)
    measure_machine()
    if has_metrics_page:
        install_metrics(app)
    _install_front_page(app, info, has_metrics_page=has_metrics_page)
    install_pages(app, settings.token_url)
    app.router.routes.append(ServerOptions())
    document_problems(app, settings.token_url)
    trace_app(app, provider, OPERATIONAL_PATHS)
    return app


def _install_front_page(
    app: FastAPI, info: ServiceInfo, *, has_metrics_page: bool
) -> None:
    links = ["/docs", "/redoc", DOCUMENT_PATH, "/health"]
    if has_metrics_page:
        links.append("/metrics")

    @app.get("/", tags=["operations"])
    async def introduce() -> IntroductionRead:
        """Returns the name and version of the service, and links."""
        return IntroductionRead(
            name=info.name,
            version=info.version,
            links={link.strip("/").removesuffix(".json"): link for link in links},
        )
