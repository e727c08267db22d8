"""Users as clients send and get them."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, EmailStr, Field, StringConstraints

from app.models.user import USERNAME_PATTERN, Role
from app.schemas.password import NewPassword
from chassis import RequestBody, ResponseBody, Text, example

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
    email: Annotated[EmailStr, Field(max_length=254)] | None = None
    full_name: FullName | None = None


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
