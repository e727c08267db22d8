"""The response bodies about sessions."""

from datetime import datetime
from typing import Self
from uuid import UUID

from app.models.session import LoginSession
from chassis import ResponseBody, example


class SessionRead(ResponseBody):
    model_config = example(
        {
            "sid": "8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60",
            "created_at": "2026-01-31T12:00:00Z",
            "expires_at": "2026-03-02T12:00:00Z",
            "is_current": True,
        }
    )

    sid: UUID
    created_at: datetime
    expires_at: datetime
    is_current: bool

    @classmethod
    def of(cls, session: LoginSession, current: UUID | None) -> Self:
        return cls(
            sid=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            is_current=session.id == current,
        )
