"""Errors and the log-in address in the OpenAPI documents."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

from chassis._errors import DomainError
from chassis._http.openapi_examples import restore_nulls
from chassis._http.problems import STATUS_OF, ProblemResponse


class Problem(BaseModel):
    """An error, as `application/problem+json` (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "order 17 has been shipped",
                    "instance": "/orders/17",
                    "code": "order_already_shipped",
                    "request_id": "2f1c7a9be0c94d5f8a4b6d3e1f0a9c8b",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str | None
    errors: list[dict[str, str]] | None = None
    errors_omitted: int | None = None


def problems(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """Returns the `responses` of a route that may raise these errors."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        status = next(STATUS_OF[k] for k in error.__mro__ if k in STATUS_OF)
        known = responses.setdefault(int(status), _response(error.code))
        if error.code not in known["description"]:
            known["description"] += f", {error.code}"
    return responses


def _response(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {
            ProblemResponse.media_type: {
                "schema": {"$ref": "#/components/schemas/Problem"}
            }
        },
    }


def document_problems(app: FastAPI, token_url: str) -> None:
    """Adds the errors and the address of the log-in to the OpenAPI document."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            restore_nulls(document)
            _describe_errors(document)
            _describe_streams(document)
            _name_token_url(document, token_url)
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_errors(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for operations in document["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            # Any request can have a URL that is malformed, or too long.
            responses["414"] = _response("uri_too_long")
            responses["422"] = _response("invalid_request")
            if "requestBody" in operation:
                responses["413"] = _response("content_too_large")
            if operation.get("security"):
                responses.setdefault("401", _response("not_authenticated"))
                responses.setdefault("503", _response("unavailable"))


def _describe_streams(document: dict[str, Any]) -> None:
    """Describes a stream as a text.

    FastAPI describes its items, as OpenAPI 3.2 does, in a document of 3.1.
    """
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                for media in response.get("content", {}).values():
                    if media.pop("itemSchema", None) is not None:
                        media["schema"] = {"type": "string"}


def _name_token_url(document: dict[str, Any], token_url: str) -> None:
    schemes = document["components"].get("securitySchemes", {})
    for scheme in schemes.values():
        flow = scheme.get("flows", {}).get("password")
        if flow is not None:
            flow["tokenUrl"] = token_url
