"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

from app.services.checkout import Checkout
from chassis import ConsumerResources, Outbox


@dataclass(frozen=True)
class Resources(ConsumerResources):
    outbox: Outbox
    checkout: Checkout
