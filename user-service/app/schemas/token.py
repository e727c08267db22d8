"""The request and response bodies about tokens."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis import NormalizedText, RequestBody, ResponseBody, Text, example

Credential = Annotated[Text, Field(max_length=1024)]
Token = Annotated[Text, Field(max_length=8192)]

JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjYifQ.eyJzdWIiOiI3In0.c2lnbmF0dXJl"


class PasswordGrant(BaseModel):
    """A form; unknown fields are ignored, as OAuth 2 demands (RFC 6749, 3.2)."""

    model_config = example({"username": "ada", "password": "correct horse"})

    grant_type: Literal["password"] = "password"
    username: Annotated[NormalizedText, Field(max_length=1024)] = Field(
        description="or an e-mail address"
    )
    password: Credential = Field(json_schema_extra={"format": "password"})


class ClientGrant(BaseModel):
    """A form; the client may send its credentials with HTTP Basic instead."""

    model_config = example({"grant_type": "client_credentials"})

    grant_type: Annotated[Credential, Field(min_length=1)]
    client_id: Credential | None = None
    client_secret: Credential | None = Field(
        default=None, json_schema_extra={"format": "password"}
    )


class LogoutTokenForm(BaseModel):
    """A form; unknown fields are ignored, as the specification demands."""

    model_config = example({"logout_token": JWT})

    logout_token: Token


class RefreshRequest(RequestBody):
    model_config = example({"refresh_token": "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd"})

    refresh_token: Credential


LOGOUT = {"refresh_token": "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd"}


class LogoutRequest(RequestBody):
    """Any text is accepted as a refresh token: an ended session is not an error."""

    model_config = example(LOGOUT)

    refresh_token: Text | None = None


class TokenPair(ResponseBody):
    model_config = example(
        {
            "access_token": JWT,
            "refresh_token": "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd",
            "token_type": "bearer",
            "expires_in": 900,
        }
    )

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind
    expires_in: int = Field(description="seconds")


class ServiceToken(ResponseBody):
    model_config = example(
        {"access_token": JWT, "token_type": "bearer", "expires_in": 300}
    )

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind
    expires_in: int = Field(description="seconds")


class TokenToValidate(RequestBody):
    model_config = example({"token": JWT})

    token: Token


class TokenChangesRead(ResponseBody):
    model_config = example(
        {
            "cursor": 7411,
            "all_changed": False,
            "session_ids": ["8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60"],
        }
    )

    cursor: int = Field(description="The `since` of the next request")
    all_changed: bool = Field(
        description="Any session may have changed: `since` is missing, unknown or old"
    )
    session_ids: list[UUID]


class TokenValidation(ResponseBody):
    model_config = example(
        {
            "valid": True,
            "user_id": 7,
            "username": "ada",
            "email": "ada@example.com",
            "full_name": "Ada Lovelace",
            "roles": ["customer"],
            "sid": "8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60",
            "expires_at": "2026-01-31T12:15:00Z",
            "message": None,
        }
    )

    valid: bool
    user_id: int | None = None
    username: str | None = None
    email: str | None = None
    full_name: str | None = None
    roles: frozenset[str] = frozenset()
    sid: UUID | None = None
    expires_at: datetime | None = None
    message: str | None = None
