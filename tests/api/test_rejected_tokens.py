"""Every protected operation rejects a request without a valid token."""

import base64
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.api.answers import flaw
from tests.api.forging import FORGERIES, Forger
from tests.api.operations import JSON, Operation, operations
from tests.api.request_sender import ENDS_THE_SESSION, Known, RequestSender
from tests.api.through_gateway import cases
from tools.client.shop import PASSWORD, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, SERVICE_PORTS

ONE_OF_EACH_SERVICE = [
    operation
    for operation in operations([*SERVICE_PORTS, GATEWAY])
    if str(operation)
    in (
        "GET /me",
        "GET /inventory/{product_id}/transactions",
        "GET /orders",
        "GET /notifications",
        "GET /api/v1/orders",
    )
]
PROTECTED = cases(lambda operation: "OAuth2PasswordBearer" in operation.security)


@pytest.fixture(scope="module")
def forger(platform: Platform, known: Known) -> Forger:
    [file] = platform.layout.signing_keys.glob("*.pem")
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return Forger(known.admin.token, key)


async def call_with(
    send: RequestSender, operation: Operation, authorization: str | None
) -> httpx.Response:
    # A refresh token in the body of a log-out would stand for the access token.
    has_body = operation.media_type == JSON and operation.path not in ENDS_THE_SESSION
    body = {"json": operation.example} if has_body else {}
    value = None if authorization is None else authorization.encode("latin-1")
    return await send.with_authorization(operation, value, **body)


def flaw_of_refusal(operation: Operation, answer: httpx.Response) -> str | None:
    if "WWW-Authenticate" not in answer.headers:
        return f"{answer.status_code} without WWW-Authenticate"
    return flaw(operation, answer, [401])


def test_each_service_has_an_operation_here() -> None:
    services = {*SERVICE_PORTS, GATEWAY}
    assert {operation.service for operation in ONE_OF_EACH_SERVICE} == services


@pytest.mark.parametrize("operation", ONE_OF_EACH_SERVICE, ids=str)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_good_token_is_taken(
    send: RequestSender, forger: Forger, operation: Operation, scheme: str
) -> None:
    # The name of a scheme is the same in any case (RFC 9110, section 11.1).
    for token in (forger.good, forger.signed()):
        answer = await call_with(send, operation, f"{scheme} {token}")

        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("operation", ONE_OF_EACH_SERVICE, ids=str)
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=list(FORGERIES))
async def test_bad_token_is_refused(
    send: RequestSender,
    forger: Forger,
    operation: Operation,
    forge: Callable[[Forger], str],
) -> None:
    answer = await call_with(send, operation, f"Bearer {forge(forger)}".strip())

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", ONE_OF_EACH_SERVICE, ids=str)
async def test_refresh_token_is_no_access_token(
    send: RequestSender, shop: Shop, known: Known, operation: Operation
) -> None:
    form = {"username": known.admin.username, "password": PASSWORD}
    pair = (await shop.users.post("/login", data=form)).json()

    answer = await call_with(send, operation, f"Bearer {pair['refresh_token']}")

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", ONE_OF_EACH_SERVICE, ids=str)
@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer,"])
async def test_good_token_in_another_scheme_is_refused(
    send: RequestSender, known: Known, operation: Operation, scheme: str
) -> None:
    answer = await call_with(send, operation, f"{scheme}{known.admin.token}")

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", ONE_OF_EACH_SERVICE, ids=str)
async def test_name_and_a_password_are_no_token(
    send: RequestSender, known: Known, operation: Operation
) -> None:
    pair = base64.b64encode(f"{known.admin.username}:{PASSWORD}".encode()).decode()

    answer = await call_with(send, operation, f"Basic {pair}")

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", PROTECTED)
async def test_no_protected_operation_lets_a_stranger_in(
    send: RequestSender, operation: Operation
) -> None:
    answer = await call_with(send, operation, None)

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", PROTECTED)
async def test_answer_to_wrong_role_is_declared(
    send: RequestSender, operation: Operation
) -> None:
    authorization = await send.authorization_of_the_wrong_role(operation)

    answer = await call_with(send, operation, authorization)

    assert flaw(operation, answer) is None
