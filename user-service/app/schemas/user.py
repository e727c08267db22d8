"""The request and response bodies about users."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from app.models.user import Role
from app.schemas.email import Email
from app.schemas.password import NewPassword, is_name_of_account
from app.schemas.token import Credential
from chassis import BlankAsNone, OneLineText, RequestBody, ResponseBody, example

# At least one letter or digit: a name of dots only would not work in a URL's path.
USERNAME_PATTERN = r"^[._-]*[A-Za-z0-9][A-Za-z0-9._-]*$"

Username = Annotated[
    OneLineText, Field(pattern=USERNAME_PATTERN, min_length=3, max_length=50)
]
FullName = Annotated[OneLineText, Field(max_length=255)]


class UserCreate(RequestBody):
    model_config = ConfigDict(
        # Also validated at start-up, where an error is logged.
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
    email: BlankAsNone[Email] = None
    full_name: BlankAsNone[FullName] = None
    # The last field, because its validator reads the others.
    password: NewPassword

    @field_validator("password")
    @classmethod
    def _require_no_name(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        names = info.data.get("username"), info.data.get("email")
        if is_name_of_account(password.get_secret_value(), *names):
            raise ValueError("must not be the username or the e-mail address")
        return password


class UserCreateByAdmin(UserCreate):
    model_config = example(
        {"username": "grace", "password": "nine 9 moths", "role": "admin"}
    )

    role: Role = Role.CUSTOMER


# The default of omitted fields. It is never read, because the code that applies a
# change looks at `model_fields_set`; so the types and OpenAPI show which fields are
# nullable.
_OMITTED: Any = Field(default_factory=lambda: None)


class ProfileUpdate(RequestBody):
    """Omitted fields stay unchanged; null clears a field."""

    model_config = example({"email": "ada@example.org", "full_name": None})

    email: BlankAsNone[Email] = _OMITTED
    full_name: BlankAsNone[FullName] = _OMITTED


class UserUpdate(ProfileUpdate):
    """Omitted fields stay unchanged; null clears an optional field."""

    model_config = example({"role": "admin", "full_name": "Ada King"})

    role: Role = _OMITTED
    is_active: Annotated[bool, Field(strict=True)] = _OMITTED


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
