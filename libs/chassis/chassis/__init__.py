"""The microservice chassis: the plumbing that every service shares."""

# First: other modules import the same libraries.
from chassis import _lean_imports as _lean_imports
from chassis._authentication.current_user import (
    SIGN_IN_OPTIONAL,
    AuthenticationUnavailable,
    BearerToken,
    CurrentAdmin,
    CurrentPrincipal,
    CurrentService,
    CurrentUser,
    NotAuthenticated,
    RoleRequired,
    authenticated_user,
)
from chassis._authentication.service_tokens import ServiceTokens
from chassis._authentication.token_validation import RemoteTokenValidator
from chassis._database.after_commit import after_commit, report_changes
from chassis._database.database import Base, Database
from chassis._database.erasure import ErasedUsers, Erasure
from chassis._database.retention import (
    PUBLISHED_EVENTS_KEPT,
    RECEIVED_EVENTS_KEPT,
    Expiry,
    Retention,
)
from chassis._deadline import Deadline
from chassis._errors import (
    Conflict,
    DatabaseUnavailable,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Rejected,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from chassis._http.app import ServiceInfo, build_app
from chassis._http.body import BodyRefused, ClientGone, receive_body
from chassis._http.client_address import IpNetwork, client_address, throttled_part
from chassis._http.exact_numbers import ExactNumbersRoute
from chassis._http.headers import has_body, header, header_values, varying
from chassis._http.idempotency import (
    REPLAYED,
    IdempotencyKeyDep,
    IdempotencyKeyRepeated,
    IdempotencyKeyReused,
    IdempotencyKeys,
    IdempotencyRecord,
    RequestInProgress,
    fingerprint,
)
from chassis._http.lifespan import Lifespan
from chassis._http.malformed_body import malformed_body
from chassis._http.openapi import problems
from chassis._http.page_policy import page_policy
from chassis._http.page_query import Sort, SortKeys, fetch_page
from chassis._http.page_statement import PageStatement
from chassis._http.pagination import (
    EXACT_COUNT,
    Page,
    PageDep,
    PageRequest,
    UnknownCursor,
    describe_page,
)
from chassis._http.problems import problem, render_problem
from chassis._http.refusal import has_client_ended
from chassis._http.session import SessionDep
from chassis._messaging.broker_probe import ping_broker
from chassis._messaging.dead_letters import DeadLetters
from chassis._messaging.dead_letters_api import ConsumerResources, dead_letters_router
from chassis._messaging.dead_letters_command import dead_letters_command
from chassis._messaging.events import Event, EventData
from chassis._messaging.inbox import Inbox, Subscription, UnreadableEvent
from chassis._messaging.inbox_batches import InboxMessage
from chassis._messaging.messaging import Messaging
from chassis._messaging.outbox import Events, Outbox, OutboxMessage
from chassis._messaging.queue import Queue
from chassis._observability.logging import configure_logging
from chassis._observability.telemetry import (
    current_trace_context,
    restored_trace_context,
)
from chassis._peers.errors import (
    CircuitOpen,
    OpenFilesExhausted,
    PeerFailed,
    PeerTimeout,
    PeerUnreachable,
)
from chassis._peers.http_client import HttpClient
from chassis._peers.peer import Peer
from chassis._peers.response import PeerResponse
from chassis._principal import Principal, User
from chassis._resources import DatabaseResources, Resources, resources_of
from chassis._settings.hosts import canonical_host, in_url
from chassis._settings.loading import load_settings
from chassis._settings.settings import (
    BrokerSettings,
    DatabaseSettings,
    ServiceClientSettings,
    ServiceSettings,
)
from chassis._settings.types import (
    CacheUrl,
    Flag,
    Host,
    HttpUrl,
    Port,
    PrintableText,
    PublicUrl,
    TrustedProxies,
    read_json,
    split_list,
    whole_number,
)
from chassis._shared_task import start_shared
from chassis._time_limit import LateTimer, renewed_time_limit, time_limit
from chassis._values.email import canonical_address, same_address
from chassis._values.numbers import (
    MAX_ID,
    MAX_MONEY,
    Amount,
    AmountText,
    DigitsOnly,
    Id,
    Money,
    PathId,
    WholeNumber,
)
from chassis._values.schemas import RequestBody, ResponseBody, Text, example
from chassis._values.text import (
    BlankAsNone,
    MultiLineText,
    NormalizedText,
    OneLineText,
    in_one_line,
)
from chassis._workers import HOUSEKEEPING_DELAY, Worker

__all__ = [
    "EXACT_COUNT",
    "HOUSEKEEPING_DELAY",
    "MAX_ID",
    "MAX_MONEY",
    "PUBLISHED_EVENTS_KEPT",
    "RECEIVED_EVENTS_KEPT",
    "REPLAYED",
    "SIGN_IN_OPTIONAL",
    "Amount",
    "AmountText",
    "AuthenticationUnavailable",
    "Base",
    "BearerToken",
    "BlankAsNone",
    "BodyRefused",
    "BrokerSettings",
    "CacheUrl",
    "CircuitOpen",
    "ClientGone",
    "Conflict",
    "ConsumerResources",
    "CurrentAdmin",
    "CurrentPrincipal",
    "CurrentService",
    "CurrentUser",
    "Database",
    "DatabaseResources",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "DeadLetters",
    "Deadline",
    "DigitsOnly",
    "DomainError",
    "ErasedUsers",
    "Erasure",
    "Event",
    "EventData",
    "Events",
    "ExactNumbersRoute",
    "Expiry",
    "Flag",
    "Forbidden",
    "Host",
    "HttpClient",
    "HttpUrl",
    "Id",
    "IdempotencyKeyDep",
    "IdempotencyKeyRepeated",
    "IdempotencyKeyReused",
    "IdempotencyKeys",
    "IdempotencyRecord",
    "Inbox",
    "InboxMessage",
    "Invalid",
    "IpNetwork",
    "LateTimer",
    "Lifespan",
    "Messaging",
    "Money",
    "MultiLineText",
    "NormalizedText",
    "NotAuthenticated",
    "NotFound",
    "OneLineText",
    "OpenFilesExhausted",
    "Outbox",
    "OutboxMessage",
    "Page",
    "PageDep",
    "PageRequest",
    "PageStatement",
    "PathId",
    "Peer",
    "PeerFailed",
    "PeerResponse",
    "PeerTimeout",
    "PeerUnreachable",
    "Port",
    "PreconditionFailed",
    "Principal",
    "PrintableText",
    "PublicUrl",
    "Queue",
    "Rejected",
    "RemoteTokenValidator",
    "RequestBody",
    "RequestInProgress",
    "Resources",
    "ResponseBody",
    "Retention",
    "RoleRequired",
    "ServiceClientSettings",
    "ServiceInfo",
    "ServiceSettings",
    "ServiceTokens",
    "SessionDep",
    "Sort",
    "SortKeys",
    "Subscription",
    "Text",
    "TooManyRequests",
    "TrustedProxies",
    "Unauthenticated",
    "Unavailable",
    "UnknownCursor",
    "UnreadableEvent",
    "User",
    "WholeNumber",
    "Worker",
    "after_commit",
    "authenticated_user",
    "build_app",
    "canonical_address",
    "canonical_host",
    "client_address",
    "configure_logging",
    "current_trace_context",
    "dead_letters_command",
    "dead_letters_router",
    "describe_page",
    "example",
    "fetch_page",
    "fingerprint",
    "has_body",
    "has_client_ended",
    "header",
    "header_values",
    "in_one_line",
    "in_url",
    "load_settings",
    "malformed_body",
    "page_policy",
    "ping_broker",
    "problem",
    "problems",
    "read_json",
    "receive_body",
    "render_problem",
    "renewed_time_limit",
    "report_changes",
    "resources_of",
    "restored_trace_context",
    "same_address",
    "split_list",
    "start_shared",
    "throttled_part",
    "time_limit",
    "varying",
    "whole_number",
]
