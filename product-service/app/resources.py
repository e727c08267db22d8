"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

import chassis
from app.services.browse import Browse
from chassis import Outbox


@dataclass(frozen=True)
class Resources(chassis.Resources):
    outbox: Outbox
    browse: Browse
