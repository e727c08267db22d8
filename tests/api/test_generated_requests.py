"""No request, however odd, is answered in a way that the service does not declare.

See `generated`. Of each operation schemathesis takes the examples, the edges of every
parameter and field, and a given number of generated requests, valid and invalid.
"""

import pytest
import pytest_asyncio
import schemathesis

from tests.api.generated import Sender
from tests.api.generation import Case, schema, schemas
from tests.api.request_sender import Known
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY


@pytest_asyncio.fixture
async def sender(
    request: pytest.FixtureRequest, platform: Platform, shop: Shop, known: Known
) -> Sender:
    about_something = "{" in request.node.name
    # Another test may have withdrawn or cancelled what was known.
    return Sender(platform, await known.renewed(shop) if about_something else known)


@schemathesis.pytest.parametrize(**schemas(examples=5))
def test_every_answer_is_declared(case: Case, sender: Sender) -> None:
    sender.send(case)


@schemathesis.pytest.parametrize(gateway=schema(GATEWAY, examples=2, edges=False))
def test_every_answer_of_the_gateway_is_declared(case: Case, sender: Sender) -> None:
    sender.send(case)


@pytest.mark.slow
@schemathesis.pytest.parametrize(gateway=schema(GATEWAY, examples=25))
def test_gateway_declares_every_answer_in_long_run(case: Case, sender: Sender) -> None:
    sender.send(case)


@pytest.mark.slow
@schemathesis.pytest.parametrize(**schemas(examples=50))
def test_every_answer_is_declared_however_long_one_asks(
    case: Case, sender: Sender
) -> None:
    sender.send(case)
