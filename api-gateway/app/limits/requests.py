"""The limits of requests: whose, which one, and what clients see of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from prometheus_client import Counter
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from app.limits.limiter import Limiter, Standing
from app.limits.policy import Policies, Policy
from app.proxy.routes import VERSIONS
from chassis import IpNetwork, client_address, header_values, problem, throttled_part

# Each of these takes a password, makes an account, or asks a provider.
SIGN_IN_PATHS = frozenset(
    f"{version}{path}".encode()
    for version in VERSIONS
    for path in (
        "/auth/login",
        "/auth/register",
        "/auth/session",
        "/auth/oidc/login",
        "/auth/oidc/callback",
    )
)
AI = re.compile(rb"(?:%b)/ai(?:/|$)" % "|".join(VERSIONS).encode())
# Orchestrators would restart a gateway, or take it out of service, for a 429.
UNLIMITED = frozenset({"/health/live", "/health/ready"})
UNKNOWN_ADDRESS = "unknown"
RETRY_AFTER = b"retry-after"

Headers = tuple[tuple[bytes, bytes], ...]

REFUSED = Counter(
    "rate_limited_requests_total",
    "Requests that got 429 from the gateway, by the class of their caller",
    ["policy"],
)


@dataclass(frozen=True)
class Admission:
    """The answer to the question whether a request may be carried out."""

    policy: Policy
    standing: Standing

    @property
    def is_granted(self) -> bool:
        return self.standing.is_admitted

    def refusal(self, scope: Scope) -> Response:
        REFUSED.labels(self.policy.name).inc()
        seconds = self.standing.seconds
        detail = f"there were too many requests: try again in {seconds} s"
        headers = {"Retry-After": str(seconds)}
        return problem(scope, 429, "too_many_requests", detail, headers)

    def announced(self, send: Send) -> Send:
        """Adds the fields of draft-ietf-httpapi-ratelimit-headers to the response."""

        async def send_with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                message = {**message, "headers": [*headers, *self._fields(headers)]}
            await send(message)

        return send_with_limit

    def _fields(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        standing = self.standing
        value = f'"{self.policy.name}";r={standing.remaining}'
        # Retry-After must not be earlier than `t`, and a service gives its own.
        if not self.is_granted or not any(name == RETRY_AFTER for name, _ in headers):
            value += f";t={standing.seconds}"
        return (
            (b"ratelimit-policy", self.policy.header),
            (b"ratelimit", value.encode()),
        )


class RequestLimits:
    def __init__(
        self, limiter: Limiter, policies: Policies, trusted_proxies: Sequence[IpNetwork]
    ) -> None:
        self._limiter = limiter
        self._policies = policies
        self._trusted_proxies = trusted_proxies
        # A counter that begins at its first refusal hides that one from Prometheus.
        for each in fields(policies):
            REFUSED.labels(getattr(policies, each.name).name)

    async def admit(self, scope: Scope) -> Admission:
        """Counts a request; `subject` in its state is the user of a valid token."""
        policy, caller = self._policy(scope)
        return Admission(policy, await self._limiter.admit(policy, caller))

    def _policy(self, scope: Scope) -> tuple[Policy, str]:
        policies = self._policies
        path: bytes = scope["raw_path"]
        subject: str | None = scope["state"].get("subject")
        if path in SIGN_IN_PATHS:
            # Any user could otherwise guess the passwords of others without this limit.
            return policies.sign_in, self._address(scope)
        if AI.match(path):
            return policies.ai, self._address(scope) if subject is None else subject
        if subject is None:
            return policies.anonymous, self._address(scope)
        return policies.signed_in, subject

    def _address(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope.get("client") else None
        hops = header_values(scope, b"x-forwarded-for") if self._trusted_proxies else ()
        forwarded_for = [value.decode("latin-1") for value in hops]
        address = client_address(peer, forwarded_for, self._trusted_proxies)
        return UNKNOWN_ADDRESS if address is None else throttled_part(address)
