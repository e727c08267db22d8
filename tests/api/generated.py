"""Sends the requests that schemathesis makes up: about what, and by whom."""

import uuid
from typing import Any
from urllib.parse import unquote

import requests
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.api.generation import Case
from tests.api.request_sender import ATTEMPTS, Known
from tools.client.shop import PASSWORD
from tools.local.lifecycle import Platform

# Far from every id that is or will be given: an order that is released before it was
# placed, for one, could never be placed.
URI_TOO_LONG = 414
UNUSED_ID = 2**40
MAX_ID = 2**63 - 1


class Sender:
    """Sends generated requests, as an administrator or as a service.

    A request that ends the session of its caller has a caller of its own.
    """

    ENDS_THE_SESSION = frozenset(
        {
            "POST /logout",
            "DELETE /me",
            "PUT /me/password",
            "POST /api/v1/auth/logout",
            "DELETE /api/v1/users/me",
            "PUT /api/v1/users/me/password",
        }
    )

    def __init__(self, platform: Platform, known: Known) -> None:
        self._platform = platform
        self._known = known
        self._session = requests.Session()

    def send(self, case: Case) -> None:
        """Sends the request, and checks that the answer is one of those declared."""
        case.path_parameters = self._about_known_things(case.path_parameters)
        case.body = self._about_known_things(case.body)
        self._spare_orders(case)
        if self._is_about_somebody_elses(case):
            return
        for _ in range(ATTEMPTS):
            sending: dict[str, Any] = {
                "base_url": self._platform.url(_service(case)),
                "session": self._session,
                "headers": {"Authorization": f"Bearer {self._token(case)}"},
            }
            answer = case.call(**sending)
            if answer.status_code != 503:
                break
        # An empty value stands for none, whatever the schema says of others, and a URL
        # may be too long to be read.
        is_unlike_schema = _has_blank(case) or answer.status_code == URI_TOO_LONG
        case.validate_response(
            answer,
            excluded_checks=[negative_data_rejection] if is_unlike_schema else [],
            headers=sending["headers"],
            transport_kwargs=sending,
        )

    def _spare_orders(self, case: Case) -> None:
        """Avoids ids of real orders, which would not know of the commit or release."""
        ids = dict(case.path_parameters or {})
        if (
            case.operation.path.startswith("/reservations/")
            and ids.get("order_id") == self._known.ids["order_id"]
        ):
            case.path_parameters = {**ids, "order_id": UNUSED_ID}

    def _about_known_things(self, value: Any, name: str = "") -> Any:
        """With ids of what there is, and of what there will never be, for made up ones.

        What is no id stays as it is.
        """
        if isinstance(value, dict):
            return {k: self._about_known_things(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self._about_known_things(item) for item in value]
        if name.endswith("_id") and type(value) is int and 1 <= value <= MAX_ID:
            return self._known.ids[name] if value % 2 else max(value, UNUSED_ID)
        return value

    def _is_about_somebody_elses(self, case: Case) -> bool:
        """Returns whether the path may contain the id of another caller's object."""
        numbers = {_number(part) for part in case.formatted_path.split("/")}
        known = {self._known.ids[name] for name in case.path_parameters or {}}
        return any(0 < number < UNUSED_ID for number in numbers - known)

    def _token(self, case: Case) -> str:
        if case.operation.label in self.ENDS_THE_SESSION:
            return self._of_somebody_new()
        if case.operation.path.startswith("/reservations/"):
            return self._of_a_service()
        return self._known.admin.token

    def _of_somebody_new(self) -> str:
        account = {"username": f"brief-{uuid.uuid4().hex[:10]}", "password": PASSWORD}
        self._post("/register", json=account)
        return self._post("/login", data=account)

    def _of_a_service(self) -> str:
        environment = self._platform.environment("order-service")
        client = (
            environment["SERVICE_CLIENT_ID"],
            environment["SERVICE_CLIENT_SECRET"],
        )
        grant = {"grant_type": "client_credentials"}
        return self._post("/oauth/token", data=grant, auth=client)

    def _post(self, path: str, **request: Any) -> str:
        url = self._platform.url("user-service") + path
        answer = self._session.post(url, timeout=15, **request)
        answer.raise_for_status()
        token: str = answer.json().get("access_token", "")
        return token


def _has_blank(case: Case) -> bool:
    given = [case.body, *(case.query or {}).values()]
    if isinstance(case.body, dict):
        given += case.body.values()
    return any(map(_is_blank, given))


def _is_blank(value: Any) -> bool:
    if isinstance(value, list | dict):
        items = value.values() if isinstance(value, dict) else value
        return all(map(_is_blank, items))
    return value is None or not str(value).strip()


def _number(text: str) -> int:
    try:
        return int(float(unquote(text)))
    except (ValueError, OverflowError):
        return 0


def _service(case: Case) -> str:
    title: str = case.operation.schema.raw_schema["info"]["title"]
    return title
