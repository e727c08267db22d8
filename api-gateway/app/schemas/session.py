"""The request and response bodies of browser sessions."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from chassis import RequestBody, ResponseBody, Text, example

Credential = Annotated[Text, Field(max_length=1024)]

JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjYifQ.eyJzdWIiOiI3In0.c2lnbmF0dXJl"


class SessionCreate(RequestBody):
    model_config = example({"username": "ada", "password": "correct horse"})

    username: Credential = Field(description="or an e-mail address")
    password: Credential = Field(json_schema_extra={"format": "password"})


class SessionRead(ResponseBody):
    """Without the refresh token, which is in a cookie that scripts cannot read."""

    model_config = example(
        {"access_token": JWT, "token_type": "bearer", "expires_in": 900}
    )

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind
    expires_in: int = Field(description="seconds")


class SessionEnded(ResponseBody):
    """A session that was begun at an OpenID Connect provider goes on there."""

    model_config = example(
        {"end_session_url": "https://id.example/logout?client_id=pannier-web"}
    )

    end_session_url: str | None = Field(
        description="where the browser logs out at the provider, too"
    )


class ProviderSession(ResponseBody):
    """A session that was begun at a provider, as user-service returns it."""

    # Its errors can be logged.
    model_config = ConfigDict(hide_input_in_errors=True)

    refresh_token: str
    return_to: str


class TokenPair(SessionRead):
    """The tokens as user-service returns them."""

    model_config = ConfigDict(hide_input_in_errors=True)

    refresh_token: str
