"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

from app.services.check_out import CheckOut
from chassis import ConsumerResources, Outbox


@dataclass(frozen=True)
class Resources(ConsumerResources):
    outbox: Outbox
    checkout: CheckOut
