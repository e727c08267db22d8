"""The times after which rows are deleted."""

from datetime import timedelta

from app.models.failures import (
    ADDRESS_WINDOW,
    FAILURES_ANYWHERE_WINDOW,
    SLOWED_INTERVAL,
    AddressFailure,
    FailuresInARow,
    IdentifierFailure,
    SlowedIdentifier,
)
from app.models.known_address import KNOWN_ADDRESS_KEPT, KnownAddress
from app.models.messages import UserMessage
from app.models.provider_identity import (
    LOGOUT_TOKEN_KEPT,
    REVOCATION_KEPT,
    EndedProviderSession,
    ProviderIdentity,
    UsedLogoutToken,
)
from app.models.session import LoginSession, RefreshToken
from chassis import PUBLISHED_EVENTS_KEPT, Expiry

EXPIRIES = (
    # Before their sessions, whose deletion cascades to all of their tokens at once.
    Expiry(RefreshToken.expires_at, timedelta(days=30)),
    Expiry(LoginSession.expires_at, timedelta(days=30)),
    Expiry(UserMessage.published_at, PUBLISHED_EVENTS_KEPT),
    Expiry(FailuresInARow.failed_at, timedelta(days=1)),
    Expiry(IdentifierFailure.failed_at, FAILURES_ANYWHERE_WINDOW),
    Expiry(SlowedIdentifier.checked_at, SLOWED_INTERVAL),
    Expiry(KnownAddress.used_at, KNOWN_ADDRESS_KEPT),
    Expiry(AddressFailure.failed_at, ADDRESS_WINDOW),
    Expiry(ProviderIdentity.detached_at, REVOCATION_KEPT),
    Expiry(EndedProviderSession.ended_at, REVOCATION_KEPT),
    Expiry(UsedLogoutToken.used_at, LOGOUT_TOKEN_KEPT),
)
