"""The request and response bodies of browser sessions."""

from typing import Annotated, Literal

from pydantic import Field

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


class TokenPair(SessionRead):
    """The tokens as user-service returns them."""

    refresh_token: str
