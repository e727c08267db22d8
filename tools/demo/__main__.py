"""`make demo`: loads demo data into the running platform.

Uses the public APIs only. A second run changes nothing, and completes a run that was
interrupted.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import httpx

from tools.client.running import find_gateway, running_services
from tools.client.service import UnexpectedAnswer
from tools.client.services import Services
from tools.demo import goods, orders, people
from tools.demo.passwords import Password, demo_password
from tools.demo.people import People
from tools.local.errors import PlatformError

PASSWORD_FILE = Path(".local/demo.json")

BUYER, SELLER = "amara.osei", "ingrid.ostlund"


async def load(services: Services) -> None:
    admin_token = await people.log_in_administrator(services, os.environ)
    password = demo_password(PASSWORD_FILE, os.environ)
    everybody = await _register_people(services, admin_token, password)
    product_ids = await _offer_goods(services, everybody)
    await _place_orders(services, admin_token, everybody, product_ids)
    _print_addresses(services, password)


async def _register_people(
    services: Services, admin_token: str, password: Password
) -> People:
    persons = people.load_people()
    user_ids = await people.find_accounts(services, persons, admin_token)
    missing = [person for person in persons if person.username not in user_ids]
    for person in missing:
        user_ids[person.username] = await people.register(services, person, password)
    everybody = People(services, password, persons, user_ids)
    await everybody.token(BUYER)  # fails now, and not later, if the password is wrong
    _report("people", len(persons), len(missing))
    return everybody


async def _offer_goods(services: Services, everybody: People) -> dict[str, int]:
    offered = goods.load_goods()
    product_ids = await goods.find_offered(services, offered, everybody.user_ids)
    missing = [piece for piece in offered if piece.name not in product_ids]
    for piece in missing:
        token = await everybody.token(piece.seller)
        product_ids[piece.name] = await goods.offer(services, piece, token)
    _report("goods", len(offered), len(missing))
    return product_ids


async def _place_orders(
    services: Services,
    admin_token: str,
    everybody: People,
    product_ids: dict[str, int],
) -> None:
    plans = orders.load_orders()
    fulfilment = await orders.Fulfilment.prepared(
        services, admin_token, everybody, product_ids
    )
    changes = [await fulfilment.complete(plan) for plan in plans]
    _report("orders", len(plans), sum(changes), "added or moved on")
    print(f"  {'':<14}{_count(plan.ends for plan in plans)}")


def _count(words: Iterable[str]) -> str:
    return ", ".join(f"{n} {word}" for word, n in Counter(words).most_common())


def _report(what: str, count: int, changed: int, how: str = "added") -> None:
    which = f"{changed} of them {how}" if changed else "all of them there already"
    print(f"  {what:<14}{count}, {which}", flush=True)


def _print_addresses(services: Services, password: Password) -> None:
    print()
    print(f"  {'catalogue':<14}{services.products.http.base_url.join('/products')}")
    print(f"  {'orders':<14}{services.orders.http.base_url.join('/docs')}")
    print(
        f"  {'notifications':<14}{services.notifications.http.base_url.join('/docs')}"
    )
    print(f"  {'password':<14}{password.shown}")


async def _print_shop(environment: Mapping[str, str]) -> None:
    url = await find_gateway(environment)
    print()
    if url is None:
        print("  The shop is not ready: `make status` shows the state of api-gateway.")
        return
    print(
        f"  The shop is at {url}: sign in with the password as {BUYER}, who buys, or as"
        f"\n  {SELLER}, who sells, or create an account of your own."
    )


async def run() -> None:
    async with running_services(os.environ) as services:
        await load(services)
    await _print_shop(os.environ)


def main() -> int:
    try:
        asyncio.run(run())
    except (PlatformError, UnexpectedAnswer) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except httpx.TransportError as error:
        print(
            f"error: the platform stopped ({error!r}); `make demo` continues from here",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
