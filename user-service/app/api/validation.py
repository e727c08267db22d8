"""The route with which the other services validate tokens."""

from fastapi import APIRouter, Response

from app.api.deps import ResourcesDep
from app.api.plain_validation import ValidationRoute, validation_of
from app.schemas.token import TokenToValidate, TokenValidation
from chassis import AuthenticationUnavailable, DatabaseUnavailable, problems

# Only for routes of this one body: `ValidationRoute` knows no other.
router = APIRouter(tags=["tokens"], route_class=ValidationRoute)


@router.post(
    "/validate-token",
    response_model=TokenValidation,
    responses=problems(AuthenticationUnavailable, DatabaseUnavailable),
)
async def validate_token(body: TokenToValidate, resources: ResourcesDep) -> Response:
    """Reports whether an access token is valid now, and whose it is.

    `authentication_unavailable` says nothing about this service: the token names an
    OpenID Connect provider that does not publish its keys at the moment.
    """
    return await validation_of(body.token, resources)
