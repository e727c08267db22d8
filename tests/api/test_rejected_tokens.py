"""Every protected operation rejects a request without a valid token."""

import base64
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.api.answers import flaw
from tests.api.asking import ENDS_THE_SESSION, Asking, Known
from tests.api.forging import FORGERIES, Forger
from tests.api.operations import JSON, Operation, operations
from tools.client.shop import PASSWORD, Shop
from tools.local.lifecycle import Platform

DOORS = [
    operation
    for operation in operations()
    if str(operation)
    in (
        "GET /me",
        "GET /inventory/{product_id}/transactions",
        "GET /orders",
        "GET /notifications",
    )
]
PROTECTED = [op for op in operations() if "OAuth2PasswordBearer" in op.security]


@pytest.fixture(scope="module")
def forger(platform: Platform, known: Known) -> Forger:
    [file] = platform.layout.signing_keys.glob("*.pem")
    key = load_pem_private_key(file.read_bytes(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return Forger(known.admin.token, key)


async def knock(
    asking: Asking, door: Operation, authorization: str | None
) -> httpx.Response:
    # A refresh token in the body of a log-out would stand for the access token.
    has_body = door.media_type == JSON and door.path != ENDS_THE_SESSION
    body = {"json": door.example} if has_body else {}
    value = None if authorization is None else authorization.encode("latin-1")
    return await asking.with_authorization(door, value, **body)


def flaw_of_refusal(door: Operation, answer: httpx.Response) -> str | None:
    if "WWW-Authenticate" not in answer.headers:
        return f"{answer.status_code} without WWW-Authenticate"
    return flaw(door, answer, [401])


def test_every_service_has_a_door() -> None:
    assert {door.service for door in DOORS} == {op.service for op in operations()}


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_good_token_is_taken(
    asking: Asking, forger: Forger, door: Operation, scheme: str
) -> None:
    # The name of a scheme is the same in any case (RFC 9110, section 11.1).
    for token in (forger.good, forger.signed()):
        answer = await knock(asking, door, f"{scheme} {token}")

        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=list(FORGERIES))
async def test_bad_token_is_refused(
    asking: Asking, forger: Forger, door: Operation, forge: Callable[[Forger], str]
) -> None:
    answer = await knock(asking, door, f"Bearer {forge(forger)}".strip())

    assert flaw_of_refusal(door, answer) is None


@pytest.mark.parametrize("door", DOORS, ids=str)
async def test_refresh_token_is_no_access_token(
    asking: Asking, shop: Shop, known: Known, door: Operation
) -> None:
    form = {"username": known.admin.username, "password": PASSWORD}
    pair = (await shop.users.post("/login", data=form)).json()

    answer = await knock(asking, door, f"Bearer {pair['refresh_token']}")

    assert flaw_of_refusal(door, answer) is None


@pytest.mark.parametrize("door", DOORS, ids=str)
@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer,"])
async def test_good_token_in_another_scheme_is_refused(
    asking: Asking, known: Known, door: Operation, scheme: str
) -> None:
    answer = await knock(asking, door, f"{scheme}{known.admin.token}")

    assert flaw_of_refusal(door, answer) is None


@pytest.mark.parametrize("door", DOORS, ids=str)
async def test_name_and_a_password_are_no_token(
    asking: Asking, known: Known, door: Operation
) -> None:
    pair = base64.b64encode(f"{known.admin.username}:{PASSWORD}".encode()).decode()

    answer = await knock(asking, door, f"Basic {pair}")

    assert flaw_of_refusal(door, answer) is None


@pytest.mark.parametrize("operation", PROTECTED, ids=str)
async def test_no_protected_operation_lets_a_stranger_in(
    asking: Asking, operation: Operation
) -> None:
    answer = await knock(asking, operation, None)

    assert flaw_of_refusal(operation, answer) is None


@pytest.mark.parametrize("operation", PROTECTED, ids=str)
async def test_answer_to_wrong_role_is_declared(
    asking: Asking, operation: Operation
) -> None:
    authorization = await asking.authorization_of_the_wrong_role(operation)

    answer = await knock(asking, operation, authorization)

    assert flaw(operation, answer) is None
