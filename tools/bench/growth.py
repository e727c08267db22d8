"""Compares the waits for pages of a large catalogue with those of a small one.

Every request of a round has a `limit` of its own, and every round a `skip`, so that no
page comes from the cache.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

import httpx

from tools.bench.explaining import Section, explanations
from tools.bench.goods import store_goods
from tools.bench.scene import PRODUCTION, Scene
from tools.client.shop import Shop

SMALL, LARGE = 1_000, 1_000_000
LIMITS = range(11, 31)
WARM_UP = range(31, 35)
# How many times as long a request may take: a search, and anything else.
SEARCH, OTHER = 3.0, 1.5
COMMON, RARE = "lamp", "bdfbk"
# Thousands of a category, but few enough to be counted.
PRICES = {"min_price": "100", "max_price": "140"}

QUERIES: Mapping[str, tuple[dict[str, Any], float]] = {
    "search: a common word": ({"path": "/search", "q": COMMON}, SEARCH),
    "search: a rare word": ({"path": "/search", "q": RARE}, SEARCH),
    "search: a typo": ({"path": "/search", "q": "lmap"}, SEARCH),
    "search: two words": ({"path": "/search", "q": "red lamp"}, SEARCH),
    "search: three words": ({"path": "/search", "q": "red wooden lamp"}, SEARCH),
    "search: no match": ({"path": "/search", "q": "zzxxqq"}, SEARCH),
    "list": ({}, OTHER),
    "list: by name": ({"sort": "name"}, OTHER),
    "q= a common word": ({"q": COMMON}, OTHER),
    "q= a rare word": ({"q": RARE}, OTHER),
    "q= two words": ({"q": "red lamp"}, OTHER),
    "q= with category=": ({"q": "lamp", "category": "kitchen"}, OTHER),
    "q= no match": ({"q": "zzxxqq"}, OTHER),
    "category=": ({"category": "lighting"}, OTHER),
    "min_price= and max_price=": ({"min_price": "100", "max_price": "500"}, OTHER),
    "category= with prices": ({"category": "lighting", **PRICES}, OTHER),
    "the same by price": (
        {"category": "lighting", **PRICES, "sort": "price"},
        OTHER,
    ),
    "in_stock=true": ({"in_stock": "true"}, OTHER),
    "in_stock=false": ({"in_stock": "false"}, OTHER),
    "in_stock=false by price": ({"in_stock": "false", "sort": "price"}, OTHER),
    "low_stock=true": ({"low_stock": "true"}, OTHER),
    "low_stock=true by -price": ({"low_stock": "true", "sort": "-price"}, OTHER),
    "no such category by price": ({"category": "garden", "sort": "price"}, OTHER),
    "a page in the middle": ({"cursor": "middle"}, OTHER),
    "a product": ({"path": "/{id}"}, OTHER),
}

Waits = Mapping[str, float]


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    platform = scene.restarted(PRODUCTION)
    database = platform.environment("product-service")["DATABASE_URL"]
    conninfo = database.replace("+psycopg", "")
    waits = []
    stored = 0
    for goods in (SMALL, LARGE):
        print(f"  storing {goods:,} products", flush=True)
        store_goods(conninfo, goods - stored)
        stored = goods
        async with Shop(platform) as shop:
            waits.append(await _waits(shop.products, goods, rounds))
    small, large = waits
    return table(small, large)


async def _waits(client: httpx.AsyncClient, goods: int, rounds: int) -> Waits:
    """Returns the median wait for each query, in milliseconds."""
    found: dict[str, list[float]] = {name: [] for name in QUERIES}
    for turn in range(rounds):
        for name, (query, _) in QUERIES.items():
            params = {**_params(query, goods), "skip": turn}
            path = f"/products{params.pop('path', '')}"
            for limit in (*WARM_UP, *LIMITS):
                # The newest, none of which the smaller catalogue had.
                place = path.format(id=goods - (turn * 64 + limit) * 7 % goods)
                began = time.perf_counter()
                answer = await client.get(place, params={**params, "limit": limit})
                waited = time.perf_counter() - began
                assert answer.status_code == 200, answer.text
                if limit in LIMITS:
                    found[name].append(waited * 1000)
    return {name: median(waits) for name, waits in found.items()}


def _params(query: Mapping[str, Any], goods: int) -> dict[str, Any]:
    if "cursor" not in query:
        return dict(query)
    # As a `Link` header has it. To skip half a million products for it takes longer
    # than the service waits for its database on a busy machine.
    position = json.dumps(["", goods // 2]).encode()
    return {"cursor": base64.urlsafe_b64encode(position).decode().rstrip("=")}


def table(small: Waits, large: Waits) -> Iterator[str]:
    yield f"Median wait in milliseconds, of {SMALL:,} and of {LARGE:,} products"
    yield f"  {'':28}{'small':>8}{'large':>8}{'ratio':>8}{'at most':>9}"
    missed = []
    for name, (_, at_most) in QUERIES.items():
        ratio = large[name] / small[name]
        if ratio > at_most:
            missed.append(name)
        verdict = "met" if ratio <= at_most else "missed"
        yield (
            f"  {name:28}{small[name]:8.1f}{large[name]:8.1f}"
            f"{ratio:8.2f}{at_most:9.1f}  {verdict}"
        )
    yield from explanations(dict.fromkeys(missed, Section.GROWTH))
