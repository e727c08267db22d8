"""The public paths of the services, which the gateway passes on."""

import httpx

VERSION = "/api/v1"
# The paths that the gateway does not only prefix.
ACCOUNTS = ("/register", "/login", "/refresh", "/logout")
OWN_ACCOUNT = "/me"
PUBLIC = ("/api/", "/.well-known/")


def public_path(path: str) -> str:
    """Returns the path at the gateway of a path at a service."""
    if path.startswith(PUBLIC):
        return path
    if path in ACCOUNTS:
        return f"{VERSION}/auth{path}"
    if path == OWN_ACCOUNT or path.startswith(f"{OWN_ACCOUNT}/"):
        return f"{VERSION}/users{path}"
    return f"{VERSION}{path}"


async def send_to_gateway(request: httpx.Request) -> None:
    """Changes the path of a request to a service; a hook of the HTTP client."""
    path, mark, query = request.url.raw_path.decode().partition("?")
    raw_path = f"{public_path(path)}{mark}{query}".encode()
    request.url = request.url.copy_with(raw_path=raw_path)
