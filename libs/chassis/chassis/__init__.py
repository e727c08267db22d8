"""The microservice chassis: the plumbing that every service shares."""

from chassis._after_commit import after_commit
from chassis._app import ServiceInfo, build_app
from chassis._authentication import (
    SIGN_IN_OPTIONAL,
    AuthenticationUnavailable,
    BearerToken,
    CurrentAdmin,
    CurrentPrincipal,
    CurrentService,
    CurrentUser,
    NotAuthenticated,
    Principal,
    RoleRequired,
    User,
    authenticated_user,
)
from chassis._broker import Publisher
from chassis._broker_probe import ping_broker
from chassis._consumer import Consumer
from chassis._database import Base, Database, SessionDep
from chassis._dead_letters import DeadLetters
from chassis._dead_letters_api import dead_letters_router
from chassis._dead_letters_command import dead_letters_command
from chassis._deadline import Deadline
from chassis._email import canonical_address, same_address
from chassis._erasure import ErasedUsers, Erasure
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
from chassis._events import Event, EventData
from chassis._exact_numbers import ExactNumbersRoute
from chassis._health import Health
from chassis._idempotency import (
    REPLAYED,
    IdempotencyKeyDep,
    IdempotencyKeyRepeated,
    IdempotencyKeyReused,
    IdempotencyKeys,
    IdempotencyRecord,
    RequestInProgress,
    fingerprint,
)
from chassis._inbox import Inbox, InboxMessage, Subscription, UnreadableEvent
from chassis._logging import configure_logging
from chassis._malformed_body import malformed_body
from chassis._migrations import run_migrations
from chassis._numbers import (
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
from chassis._openapi import problems
from chassis._outbox import Outbox, OutboxMessage, OutboxRelay
from chassis._outbox_lag import measure_outbox_lag
from chassis._pagination import (
    EXACT_COUNT,
    Page,
    PageDep,
    PageRequest,
    Sort,
    UnknownCursor,
    describe_page,
    fetch_page,
)
from chassis._peer import Peer, PeerFailed, PeerTimeout, PeerUnreachable
from chassis._problems import render_problem
from chassis._queue import Queue
from chassis._retention import (
    RECEIVED_EVENTS_KEPT,
    SENT_EVENTS_KEPT,
    Expiry,
    Retention,
)
from chassis._schemas import RequestBody, ResponseBody, Text, example
from chassis._service_token import ServiceTokens
from chassis._setting_errors import load_settings
from chassis._setting_hosts import canonical_host, in_url
from chassis._setting_types import (
    CacheUrl,
    Flag,
    Host,
    HttpUrl,
    Port,
    PrintableText,
    read_json,
    split_list,
    whole_number,
)
from chassis._settings import BrokerSettings, ServiceClientSettings, ServiceSettings
from chassis._telemetry import current_trace_context, restored_trace_context
from chassis._text import (
    BlankAsNone,
    MultiLineText,
    NormalizedText,
    OneLineText,
    in_one_line,
)
from chassis._text_migration import normalize_column, respelt_addresses
from chassis._token_validation import RemoteTokenValidator
from chassis._workers import Worker, running

__all__ = [
    "EXACT_COUNT",
    "MAX_ID",
    "MAX_MONEY",
    "RECEIVED_EVENTS_KEPT",
    "REPLAYED",
    "SENT_EVENTS_KEPT",
    "SIGN_IN_OPTIONAL",
    "Amount",
    "AmountText",
    "AuthenticationUnavailable",
    "Base",
    "BearerToken",
    "BlankAsNone",
    "BrokerSettings",
    "CacheUrl",
    "Conflict",
    "Consumer",
    "CurrentAdmin",
    "CurrentPrincipal",
    "CurrentService",
    "CurrentUser",
    "Database",
    "DatabaseUnavailable",
    "DeadLetters",
    "Deadline",
    "DigitsOnly",
    "DomainError",
    "ErasedUsers",
    "Erasure",
    "Event",
    "EventData",
    "ExactNumbersRoute",
    "Expiry",
    "Flag",
    "Forbidden",
    "Health",
    "Host",
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
    "Money",
    "MultiLineText",
    "NormalizedText",
    "NotAuthenticated",
    "NotFound",
    "OneLineText",
    "Outbox",
    "OutboxMessage",
    "OutboxRelay",
    "Page",
    "PageDep",
    "PageRequest",
    "PathId",
    "Peer",
    "PeerFailed",
    "PeerTimeout",
    "PeerUnreachable",
    "Port",
    "PreconditionFailed",
    "Principal",
    "PrintableText",
    "Publisher",
    "Queue",
    "Rejected",
    "RemoteTokenValidator",
    "RequestBody",
    "RequestInProgress",
    "ResponseBody",
    "Retention",
    "RoleRequired",
    "ServiceClientSettings",
    "ServiceInfo",
    "ServiceSettings",
    "ServiceTokens",
    "SessionDep",
    "Sort",
    "Subscription",
    "Text",
    "TooManyRequests",
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
    "configure_logging",
    "current_trace_context",
    "dead_letters_command",
    "dead_letters_router",
    "describe_page",
    "example",
    "fetch_page",
    "fingerprint",
    "in_one_line",
    "in_url",
    "load_settings",
    "malformed_body",
    "measure_outbox_lag",
    "normalize_column",
    "ping_broker",
    "problems",
    "read_json",
    "render_problem",
    "respelt_addresses",
    "restored_trace_context",
    "run_migrations",
    "running",
    "same_address",
    "split_list",
    "whole_number",
]
