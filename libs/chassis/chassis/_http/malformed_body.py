"""Sentences for a body that is malformed as a whole; each says what to send."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import Request, params
from starlette.exceptions import HTTPException

FORM = "application/x-www-form-urlencoded"
FORMS = (FORM, "multipart/form-data")
JSON = re.compile(r"application/(?:[^/;]+\+)?json")
NOT_AN_OBJECT = ("model_attributes_type", "model_type", "dict_type")
SEND_JSON = "send JSON, with the header Content-Type: application/json"
LONGEST_TYPE = 100


def malformed_body(request: Request, errors: Sequence[Any]) -> str | None:
    """Returns what is wrong with the whole body; None if only its fields are wrong.

    Args:
        errors: all errors of the request, as FastAPI has found them.
    """
    sent = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if _expects_form(request):
        return None if sent in FORMS else _send_form(errors)
    error = next((e for e in errors if e["loc"][0] == "body"), None)
    return None if error is None else _malformed_json(error, sent)


def _malformed_json(error: Any, sent: str) -> str | None:
    if error["type"] == "json_invalid":
        place = f"{error['ctx']['error']}, at character {error['loc'][1] + 1}"
        return f"the body is not valid JSON: {place}"
    if len(error["loc"]) > 1:
        return None
    if error["type"] == "missing":
        return f"the body is missing: {SEND_JSON}"
    if not JSON.fullmatch(sent):
        named = f"is {sent[:LONGEST_TYPE]}" if sent else "has no Content-Type"
        return f"the body {named}: {SEND_JSON}"
    return "the body must be a JSON object" if error["type"] in NOT_AN_OBJECT else None


def unreadable_body(error: HTTPException) -> str:
    """Returns why FastAPI could not read the body."""
    match error.__cause__:
        case UnicodeDecodeError():
            return "the body must be UTF-8 text"
        case RecursionError():
            return "the body is nested too deeply"
        case ValueError() as cause if "digits" in str(cause):
            return "a number of the body has too many digits"
        case None:
            return str(error.detail)
    return "the body cannot be read"


def _expects_form(request: Request) -> bool:
    body = getattr(request.scope.get("route"), "body_field", None)
    return body is not None and isinstance(body.field_info, params.Form)


def _send_form(errors: Sequence[Any]) -> str:
    missing = [e["loc"][-1] for e in errors if e["type"] == "missing"]
    example = "&".join(f"{name}=..." for name in missing)
    return f"send a form, {example}, with the header Content-Type: {FORM}"
