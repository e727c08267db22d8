"""The OpenAPI document that the gateway publishes: that of the whole platform."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.document.merging import OWN, Json, merge
from app.document.responses import (
    OF_THE_GATEWAY,
    OF_THE_LIMIT,
    OF_THE_TOKEN_CHECK,
    problem_responses,
)
from app.limits.requests import UNLIMITED
from app.proxy.routes import checks_tokens, public_path

# The image has them in the same place.
CONTRACTS = Path(__file__).parents[3] / "contracts" / "openapi"


def publish_document(app: FastAPI, token_url: str) -> None:
    """Lets the app describe the public operations of all services as well as its own.

    Args:
        token_url: where the Authorize button logs in.
    """
    describe_itself = app.openapi

    @cache
    def describe_platform() -> Json:
        return merge(
            describe_itself(), read_contracts(), public_path, errors_of, token_url
        )

    app.openapi = describe_platform  # type: ignore[method-assign]


def errors_of(service: str, path: str) -> Mapping[Any, Any]:
    """Returns the responses by which the gateway answers before an operation does."""
    if service == OWN:
        return {} if path in UNLIMITED else problem_responses(OF_THE_LIMIT)
    codes = OF_THE_TOKEN_CHECK if checks_tokens(path) else OF_THE_GATEWAY
    return problem_responses(codes)


def read_contracts() -> Mapping[str, Json]:
    """Returns the documents of the services by their names."""
    files = sorted(CONTRACTS.glob("*-service.json"))
    if not files:
        raise FileNotFoundError(f"there are no contracts in {CONTRACTS}")
    return {file.stem: json.loads(file.read_text()) for file in files}
