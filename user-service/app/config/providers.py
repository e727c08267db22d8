"""The OpenID Connect providers that the settings name."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from chassis import Flag, HttpUrl, PrintableText, read_json

EXAMPLE = (
    '[{"name": "keycloak", "issuer": "https://id.example/realms/pannier",'
    ' "client_id": "pannier-web", "audience": "pannier"}]'
)
MAX_PROVIDERS = 20

Algorithm = Literal["RS256", "RS384", "RS512", "ES256", "ES384"]
Words = tuple[Annotated[PrintableText, Field(min_length=1)], ...]
Word = Annotated[PrintableText, Field(min_length=1, max_length=255)]


def _keep_spelling(text: Any, check: ValidatorFunctionWrapHandler) -> str:
    """Checks a URL without changing it: issuers are compared character by character."""
    check(text)
    return str(text).strip()


def _name(value: Any) -> Any:
    if isinstance(value, str) and value.strip().replace("-", "").isalnum():
        return value.strip().lower()
    raise ValueError("must have letters, digits and dashes only")


def _scope(text: str) -> str:
    if "openid" not in text.split():
        raise ValueError("must have the word openid")
    return text


class OpenIdProvider(BaseModel):
    """A provider whose users may use the platform.

    Attributes:
        name: names the provider in links and logs.
        title: names it on the button of a log-in; without one, the name does.
        issuer: the `iss` of its tokens, exactly.
        discovery_url: where its metadata are, if not below the issuer: inside a
            cluster, the provider may have another address than in a browser.
        client_id: the client of the platform's own log-in, and the `aud` of its ID
            tokens and logout tokens.
        client_secret: none for a public client.
        scope: what a browser's log-in asks for.
        audience: the `aud` of access tokens for this platform.
        token_type: the `typ` in the header of access tokens.
        algorithm: the one algorithm that signs its tokens.
        username_claim: the claim of the username that a new user gets, if possible.
        roles_claim: the claim of the roles, or its path, such as `realm_access.roles`.
        admin_values: the roles that make an administrator.
        customer_values: the roles that make a customer; None means that everyone is.
        trust_verified_email: whether an address that the provider has verified is
            stored.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    name: Annotated[str, BeforeValidator(_name), Field(max_length=30)]
    title: Annotated[PrintableText, Field(min_length=1, max_length=60)] | None = None
    issuer: Annotated[HttpUrl, WrapValidator(_keep_spelling)]
    discovery_url: HttpUrl | None = None
    client_id: Word
    client_secret: SecretStr | None = None
    scope: Annotated[Word, AfterValidator(_scope)] = "openid profile email"
    audience: Word
    token_type: Word = "at+jwt"  # noqa: S105 - a kind
    algorithm: Algorithm = "RS256"
    username_claim: Word = "preferred_username"
    roles_claim: Word | None = None
    admin_values: Words = ()
    customer_values: Words | None = None
    trust_verified_email: Flag = True

    @model_validator(mode="after")
    def _require_distinguishable_tokens(self) -> Self:
        if self.audience == self.client_id:
            raise ValueError(
                "audience must differ from client_id, which is that of ID tokens"
            )
        return self

    @model_validator(mode="after")
    def _require_claim_of_roles(self) -> Self:
        if self.roles_claim is None and (self.admin_values or self.customer_values):
            raise ValueError("admin_values and customer_values need roles_claim")
        return self

    @property
    def metadata_url(self) -> str:
        """The address of its metadata (OpenID Connect Discovery 1.0, section 4)."""
        return self.discovery_url or (
            f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        )

    @property
    def needs_tls(self) -> bool:
        """Returns whether its endpoints must be encrypted, as its issuer is.

        Inside a cluster, where `discovery_url` leads, they may be plain HTTP.
        """
        return self.issuer.lower().startswith("https://") and not self.discovery_url


def read_providers(value: Any) -> list[OpenIdProvider]:
    """Reads the providers from JSON; errors name the entry and quote no value."""
    entries = read_json(value)
    if isinstance(entries, tuple):
        entries = list(entries)
    if not isinstance(entries, list) or len(entries) > MAX_PROVIDERS:
        raise ValueError(f"must be a JSON array of {MAX_PROVIDERS} providers at most")
    providers = [_read(number, entry) for number, entry in enumerate(entries, 1)]
    for field in ("name", "issuer"):
        if len({getattr(each, field) for each in providers}) < len(providers):
            raise ValueError(f"must have another {field} in each entry")
    return providers


def _read(number: int, entry: Any) -> OpenIdProvider:
    try:
        return OpenIdProvider.model_validate(entry)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
    problem = fault["msg"].removeprefix("Value error, ")
    match fault["type"]:
        case "missing":
            problem = "is required"
        case "extra_forbidden":
            problem = "is not a setting of a provider"
        case "model_type" | "dict_type":
            problem = "must be a JSON object"
    field = f"{fault['loc'][0]} " if fault["loc"] else ""
    raise ValueError(f"entry {number}: {field}{problem[:1].lower()}{problem[1:]}")
