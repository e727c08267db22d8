"""The resources of the app, which the composition root opens."""

from dataclasses import dataclass

from app.streaming.streams import Streams
from chassis import ConsumerResources


@dataclass(frozen=True)
class Resources(ConsumerResources):
    streams: Streams
