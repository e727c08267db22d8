"""The parameters and bodies of log-ins of browsers at OpenID Connect providers."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.config.providers import OpenIdProvider
from chassis import ResponseBody, Text, example

LONGEST_PATH = 1024
LONGEST_PARAMETER = 4096
# No address of another site: to browsers, "//" and "/\" begin a host, after they have
# dropped tabs and line breaks.
LOCAL_PATH = r"^/([!#-.0-\[\]-~][!#-\[\]-~]*)?$"

LocalPath = Annotated[str, Field(max_length=LONGEST_PATH, pattern=LOCAL_PATH)]
Parameter = Annotated[Text, Field(max_length=LONGEST_PARAMETER)]


class ProviderRead(ResponseBody):
    model_config = example({"name": "keycloak", "title": "Keycloak"})

    name: str
    title: str = Field(description="for people, such as the label of a button")

    @classmethod
    def of(cls, provider: OpenIdProvider) -> "ProviderRead":
        return cls(name=provider.name, title=provider.title or provider.name)


class LoginResponse(BaseModel):
    """The provider's response, in the query; further parameters are ignored.

    Attributes:
        iss: the provider's issuer (RFC 9207).
    """

    state: Parameter | None = None
    code: Parameter | None = None
    iss: Parameter | None = None
    error: Parameter | None = None


class BrowserSession(ResponseBody):
    """For the gateway, which keeps the refresh token in a cookie."""

    model_config = example(
        {"refresh_token": "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd", "return_to": "/orders"}
    )

    refresh_token: str
    return_to: str = Field(description="the path where the browser goes")


class BrowserSessionEnded(ResponseBody):
    model_config = example(
        {"end_session_url": "https://id.example/logout?client_id=pannier-web"}
    )

    end_session_url: str | None = Field(
        description="where the browser logs out at its provider, too"
    )
