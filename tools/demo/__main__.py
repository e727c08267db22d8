"""`make demo`: loads demo data into the running platform.

All of it goes through the public APIs. What is there already is left alone, so that a
second run changes nothing, and completes what an interrupted one has begun.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import httpx

from tools.demo import goods, orders, people
from tools.demo.clients import DemoError, Doors, Headers, open_doors
from tools.demo.passwords import Password, demo_password
from tools.demo.people import Guests

PASSWORD_FILE = Path(".local/demo.json")

BUYER, SELLER = "amara.osei", "ingrid.ostlund"


def fill(doors: Doors) -> None:
    administrator = people.sign_in_administrator(doors, os.environ)
    password = demo_password(PASSWORD_FILE, os.environ)
    guests = _invite(doors, administrator, password)
    product_ids = _offer(doors, guests)
    _order(doors, administrator, guests, product_ids)
    _tell_where_to_look(doors, password)


def _invite(doors: Doors, administrator: Headers, password: Password) -> Guests:
    invited = people.load_people()
    user_ids = people.find_accounts(doors, invited, administrator)
    missing = [person for person in invited if person.username not in user_ids]
    for person in missing:
        user_ids[person.username] = people.register(doors, person, password)
    guests = Guests(doors, password, invited, user_ids)
    guests.headers(BUYER)  # or else the password is wrong: known before more is done
    _tell("people", len(invited), len(missing))
    return guests


def _offer(doors: Doors, guests: Guests) -> dict[str, int]:
    offered = goods.load_goods()
    product_ids = goods.find_offered(doors, offered, guests.user_ids)
    missing = [piece for piece in offered if piece.name not in product_ids]
    for piece in missing:
        seller = guests.headers(piece.seller)
        product_ids[piece.name] = goods.offer(doors, piece, seller)
    _tell("goods", len(offered), len(missing))
    return product_ids


def _order(
    doors: Doors, administrator: Headers, guests: Guests, product_ids: dict[str, int]
) -> None:
    plans = orders.load_orders()
    fulfilment = orders.Fulfilment(doors, administrator, guests, product_ids)
    changed = sum(fulfilment.bring_to_its_end(plan) for plan in plans)
    _tell("orders", len(plans), changed, "added or moved on")
    print(f"  {'':<14}{_count(plan.ends for plan in plans)}")


def _count(words: Iterable[str]) -> str:
    return ", ".join(f"{n} {word}" for word, n in Counter(words).most_common())


def _tell(what: str, count: int, changed: int, how: str = "added") -> None:
    which = f"{changed} of them {how}" if changed else "all of them there already"
    print(f"  {what:<14}{count}, {which}", flush=True)


def _tell_where_to_look(doors: Doors, password: Password) -> None:
    print()
    print(f"  {'catalogue':<14}{doors.products.base_url.join('/products')}")
    print(f"  {'orders':<14}{doors.orders.base_url.join('/docs')}")
    print(f"  {'notifications':<14}{doors.notifications.base_url.join('/docs')}")
    print(f"  {'log in as':<14}{BUYER}, who buys, or {SELLER}, who sells")
    print(f"  {'password':<14}{password.shown}")


def main() -> int:
    try:
        with open_doors(os.environ) as doors:
            fill(doors)
    except DemoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except httpx.TransportError as error:
        print(
            f"error: the platform went away ({error!r}); `make demo` goes on from here",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
