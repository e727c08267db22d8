"""Ends a session, and publishes this to the services that cache token validations."""

from datetime import UTC, datetime

import structlog

from app.events.messages import SessionRevoked
from app.models.session import LoginSession
from chassis import Events

log = structlog.get_logger(__name__)


class EndSession:
    """Revokes a session together with its access tokens and refresh tokens."""

    def __init__(self, events: Events) -> None:
        self._events = events

    def end(self, login_session: LoginSession) -> None:
        if login_session.revoked_at is not None:
            return
        login_session.revoke(datetime.now(UTC))
        self._events.add(SessionRevoked.of(login_session))
        log.info(
            "session_revoked",
            sid=str(login_session.id),
            user_id=login_session.user_id,
        )
