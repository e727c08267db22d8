"""Names what belongs to a provider by hashes: its own names may be personal data."""

import hashlib
import json
from uuid import UUID

from app.config.providers import OpenIdProvider


def identity_id(provider: OpenIdProvider, subject: str) -> UUID:
    return _hash("identity", provider.issuer, subject)


def session_id(provider: OpenIdProvider, sid: str) -> UUID:
    return _hash("provider session", provider.issuer, sid)


def sessions_without_sid_id(provider: OpenIdProvider, subject: str) -> UUID:
    return _hash("sessions without sid", provider.issuer, subject)


def session_of_token_id(provider: OpenIdProvider, subject: str, session: str) -> UUID:
    return _hash("session", provider.issuer, subject, session)


def logout_token_id(provider: OpenIdProvider, jti: str) -> UUID:
    return _hash("logout token", provider.issuer, jti)


def _hash(*parts: str) -> UUID:
    return UUID(bytes=hashlib.sha256(json.dumps(parts).encode()).digest()[:16])
