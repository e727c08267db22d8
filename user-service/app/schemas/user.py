"""Users as clients send and get them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, EmailStr, Field, StringConstraints

from app.models.user import USERNAME_PATTERN, Role
from app.schemas.password import NewPassword
from app.schemas.token import Credential
from chassis import RequestBody, ResponseBody, Text, example

Email = Annotated[EmailStr, Field(max_length=254)]
Username = Annotated[str, Field(pattern=USERNAME_PATTERN)]
FullName = Annotated[
    Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)
]


class UserCreate(RequestBody):
    model_config = ConfigDict(
        # Also read at start-up, where a refusal ends up in the log.
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "username": "ada",
                    "password": "correct horse",
                    "email": "ada@example.com",
                    "full_name": "Ada Lovelace",
                }
            ]
        },
    )

    username: Username
    password: NewPassword
    email: Email | None = None
    full_name: FullName | None = None


class UserCreateByAdmin(UserCreate):
    model_config = example(
        {"username": "grace", "password": "nine 9 moths", "role": "admin"}
    )

    role: Role = "customer"


# Stands in for a field that was left out, and is never read: `model_fields_set` tells.
# That way the types, and OpenAPI, say which fields may be null.
_LEFT_OUT: Any = Field(default_factory=lambda: None)


class ProfileUpdate(RequestBody):
    """What is left out stays as it is; null clears."""

    model_config = example({"email": "ada@example.org", "full_name": None})

    email: Email | None = _LEFT_OUT
    full_name: FullName | None = _LEFT_OUT


class UserUpdate(ProfileUpdate):
    """What is left out stays as it is; null clears what is optional."""

    model_config = example({"role": "admin", "full_name": "Ada King"})

    role: Role = _LEFT_OUT
    is_active: Annotated[bool, Field(strict=True)] = _LEFT_OUT


class PasswordChange(RequestBody):
    model_config = example(
        {"current_password": "correct horse", "new_password": "battery staple"}
    )

    current_password: Credential = Field(json_schema_extra={"format": "password"})
    new_password: NewPassword


class UserRead(ResponseBody):
    model_config = example(
        {
            "id": 7,
            "username": "ada",
            "email": "ada@example.com",
            "full_name": "Ada Lovelace",
            "role": "customer",
            "is_active": True,
            "created_at": "2026-01-31T12:00:00Z",
            "updated_at": "2026-01-31T12:00:00Z",
        }
    )

    id: int
    username: str
    email: str | None
    full_name: str | None
    role: Role
    is_active: bool
    created_at: datetime
    updated_at: datetime
