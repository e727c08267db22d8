"""The public paths, and the services that respond to them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from app.proxy.templates import Templates

# The newest version comes first, because "/api" begins every path below it, too.
VERSIONS = ("/api/v1", "/api")
NEWEST = VERSIONS[0].encode()
WELL_KNOWN = "/.well-known"

USERS, PRODUCTS, ORDERS = "user-service", "product-service", "order-service"
NOTIFICATIONS, AI = "notification-service", "ai-service"

# Characters with which a path can be read in two ways.
AMBIGUOUS = re.compile(rb"[%.;\\]")
SEPARATORS = re.compile(rb"[/\\]")


@dataclass(frozen=True)
class PublicRoute:
    """One path, or a tree of paths.

    Attributes:
        path: below the version; `/.well-known` is below the root, too.
        target: its path at the service.
        checks_tokens: whether an access token must be valid.
    """

    path: str
    service: str
    target: str
    is_tree: bool = False

    @property
    def checks_tokens(self) -> bool:
        # Clients that log in or out, or refresh a token, may still have an expired one.
        return not self.path.startswith(("/auth/", WELL_KNOWN))


# The first that matches counts.
ROUTES = (
    PublicRoute("/auth/register", USERS, "/register"),
    PublicRoute("/auth/login", USERS, "/login"),
    PublicRoute("/auth/refresh", USERS, "/refresh"),
    PublicRoute("/auth/logout", USERS, "/logout"),
    PublicRoute("/auth/oidc/providers", USERS, "/auth/oidc/providers"),
    PublicRoute("/auth/oidc/login", USERS, "/auth/oidc/login"),
    PublicRoute(
        "/auth/oidc/backchannel-logout", USERS, "/auth/oidc/backchannel-logout"
    ),
    PublicRoute("/users/me", USERS, "/me", is_tree=True),
    PublicRoute("/users", USERS, "/users", is_tree=True),
    PublicRoute("/products", PRODUCTS, "/products", is_tree=True),
    PublicRoute("/inventory", PRODUCTS, "/inventory", is_tree=True),
    # A consumer's dead letters are below the name of its own collection.
    PublicRoute("/orders/dead-letters", ORDERS, "/dead-letters", is_tree=True),
    PublicRoute("/orders", ORDERS, "/orders", is_tree=True),
    PublicRoute(
        "/notifications/dead-letters", NOTIFICATIONS, "/dead-letters", is_tree=True
    ),
    PublicRoute("/notifications", NOTIFICATIONS, "/notifications", is_tree=True),
    PublicRoute("/ai", AI, "/ai", is_tree=True),
    PublicRoute(WELL_KNOWN, USERS, WELL_KNOWN, is_tree=True),
)


@dataclass(frozen=True)
class Destination:
    """
    Attributes:
        path: the template of the public path, for metrics and spans.
        target: the path at the service, as the client has written it.
        sends_once: whether a request is never repeated, whatever its method.
    """

    service: str
    path: str
    target: bytes
    checks_tokens: bool = False
    sends_once: bool = False


class Routes:
    """
    Args:
        services: those that are configured.
        templates: of the public paths, such as `/api/v1/orders/{order_id}`.
    """

    def __init__(
        self, services: Collection[str], templates: Iterable[str] = ()
    ) -> None:
        self._templates = Templates(templates)
        self._routes = [
            (route, route.path.encode(), f"{route.path}/".encode())
            for route in ROUTES
            if route.service in services
        ]

    def find(self, raw_path: bytes) -> Destination | None:
        """Returns where a path leads to; None if it is not listed."""
        path = _without_version(raw_path)
        if path is None or not _is_plain(path):
            return None
        for route, exact, tree in self._routes:
            if path == exact or (route.is_tree and path.startswith(tree)):
                return Destination(
                    route.service,
                    self._templates.find(_newest(path)) or _label(route),
                    route.target.encode() + path[len(exact) :],
                    route.checks_tokens,
                )
        return None


def public_templates(documents: Mapping[str, Any]) -> Iterator[str]:
    """Yields the public paths in the OpenAPI documents of the services."""
    for service, document in documents.items():
        for path in document["paths"]:
            if (public := public_path(service, path)) is not None:
                yield public


def public_path(service: str, path: str) -> str | None:
    """Returns the public path of a service's path, or of its template; None if it has
    none."""
    for route in ROUTES:
        is_below = route.is_tree and path.startswith(f"{route.target}/")
        if route.service == service and (path == route.target or is_below):
            version = "" if route.path == WELL_KNOWN else VERSIONS[0]
            return f"{version}{route.path}{path.removeprefix(route.target)}"
    return None


def checks_tokens(path: str) -> bool:
    """Returns whether access tokens at a public path, or its template, are checked."""
    destination = _EVERY_ROUTE.find(path.encode())
    return destination is not None and destination.checks_tokens


def _newest(path: bytes) -> bytes:
    """Returns a path of no version as it is in the newest one."""
    return path if path.startswith(WELL_KNOWN.encode()) else NEWEST + path


def _label(route: PublicRoute) -> str:
    return f"{VERSIONS[0]}{route.path}{'/*' if route.is_tree else ''}"


def _without_version(raw_path: bytes) -> bytes | None:
    if raw_path.startswith(f"{WELL_KNOWN}/".encode()):
        return raw_path
    for version in VERSIONS:
        if raw_path.startswith(f"{version}/".encode()):
            return raw_path.removeprefix(version.encode())
    return None


def _is_plain(path: bytes) -> bool:
    """Returns whether every program on the way reads the same segments in a path."""
    if b"//" in path or path.endswith(b"/"):
        return False
    if AMBIGUOUS.search(path) is None:
        return True
    return not any(
        segment.partition(b";")[0] in (b".", b"..")
        for segment in SEPARATORS.split(unquote_to_bytes(unquote_to_bytes(path)))
    )


_EVERY_ROUTE = Routes({route.service for route in ROUTES})
