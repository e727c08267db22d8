"""A search rejects a cursor that a client has edited, or reads a page from it."""

import base64
import json
from typing import Any

import httpx
import pytest

from app.repositories import match_counts
from tests.factories import offer

LAMPS = 4
MOST = 2**63 - 1

Edit = dict[str, Any]

UNKNOWN: list[Edit] = [
    *({"tier": tier} for tier in (6, 7, 10, 11, MOST, -1, 1.5, None, "one", [0])),
    *({"newest": newest} for newest in (0, -1, MOST + 1, 10**400, 1.5, None, "one")),
    *({"last": last} for last in (0, -1, MOST + 1, 10**400, 1.5, None, "one", [1])),
    *({"search": search} for search in ("", "\x00", 1, None)),
]
HARMLESS: list[Edit] = [
    *({"tier": tier} for tier in range(6)),
    *({"newest": newest} for newest in (1, 10**6, MOST)),
    *({"last": last} for last in (1, 10**6, MOST)),
    {"newest": 1, "last": MOST},
    {"newest": MOST, "last": MOST, "tier": 5},
]


@pytest.fixture(params=["few", "many"])
def _matches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few matches are ranked; of many, one tier after the other is read."""
    if request.param == "many":
        monkeypatch.setattr(match_counts, "EXACT_COUNT", LAMPS - 2)


@pytest.fixture
async def cursor(client: httpx.AsyncClient) -> dict[str, Any]:
    for number in range(LAMPS):
        await offer(client, name=f"Lamp {number}")
    page = await client.get("/products/search", params={"q": "lamp", "limit": 1})
    text = httpx.URL(page.links["next"]["url"]).params["cursor"]
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    fields: dict[str, Any] = json.loads(decoded)
    return fields


async def search_from(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    cursor = base64.urlsafe_b64encode(content).decode().rstrip("=")
    params: dict[str, str | int] = {"q": "lamp", "limit": 1, "cursor": cursor}
    return await client.get("/products/search", params=params)


@pytest.mark.usefixtures("_matches")
async def test_edited_search_cursor_never_fails_the_service(
    client: httpx.AsyncClient, cursor: dict[str, Any]
) -> None:
    for status, edits in ((422, UNKNOWN), (200, HARMLESS)):
        for edit in edits:
            edited = json.dumps({**cursor, **edit}).encode()
            answer = await search_from(client, edited)
            assert answer.status_code == status, (edit, answer.text)
            if status == 422:
                [error] = answer.json()["errors"]
                assert error["field"] == "cursor"


@pytest.mark.usefixtures("_matches")
async def test_cursor_that_is_no_position_is_rejected(
    client: httpx.AsyncClient, cursor: dict[str, Any]
) -> None:
    parts = ({k: v for k, v in cursor.items() if k != left} for left in cursor)
    texts = (*map(json.dumps, parts), "null", "[]", "1", "NaN", "[" * 2000)
    for content in (*(text.encode() for text in texts), b"\xff\xfe"):
        answer = await search_from(client, content)
        assert answer.status_code == 422, content
